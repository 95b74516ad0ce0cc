import { computed, type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { useMedia } from '@/kit/media'

export type Pane = 'text' | 'both' | 'preview'

const STORED = 'banyan.panes'

function stored(): Pane {
  const value = localStorage.getItem(STORED)
  return value === 'text' || value === 'preview' ? value : 'both'
}

/** Whether one sees the text, the preview, or both beside each other where there is room. */
export function usePanes() {
  const { t } = useI18n()
  const isWide = useMedia('(min-width: 80rem)')
  const chosen = ref<Pane>(stored())
  const shown = computed<Pane>(() => (chosen.value === 'both' && !isWide.value ? 'text' : chosen.value))

  const panes = computed(() => [
    { name: 'text' as const, label: t('teach.write.text') },
    ...(isWide.value ? [{ name: 'both' as const, label: t('teach.write.both') }] : []),
    { name: 'preview' as const, label: t('teach.write.preview') },
  ])

  function choose(pane: Pane): void {
    chosen.value = pane
    // On a narrow screen one goes back and forth; that says nothing about a wide one.
    if (isWide.value) localStorage.setItem(STORED, pane)
  }
  return { panes, shown, choose }
}

/** Keeps the preview at the part of the text that one is at. */
export function useScrollTogether(text: Ref<HTMLElement | null>, preview: Ref<HTMLElement | null>) {
  return () => {
    const [from, to] = [text.value, preview.value]
    if (!from || !to) return
    const part = from.scrollTop / Math.max(1, from.scrollHeight - from.clientHeight)
    to.scrollTop = part * (to.scrollHeight - to.clientHeight)
  }
}
