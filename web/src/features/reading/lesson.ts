import { onBeforeUnmount, type Ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

/** What a lesson can do beyond being read: pictures open large, links within the app stay in it. */
export function useLesson(article: Readonly<Ref<HTMLElement | null>>, html: () => string) {
  const { t } = useI18n()
  const router = useRouter()
  const picture = shallowRef<HTMLImageElement | null>(null)

  /** Pictures become buttons, unless they are links already. */
  function prepare(element: HTMLElement): void {
    for (const image of element.querySelectorAll('img')) {
      if (image.closest('a')) continue
      image.classList.add('zoomable')
      image.tabIndex = 0
      image.role = 'button'
      image.ariaLabel = t('reading.enlarge', { picture: image.alt })
    }
  }

  function press(event: MouseEvent): void {
    const target = event.target as HTMLElement
    if (target instanceof HTMLImageElement && target.classList.contains('zoomable')) {
      picture.value = target
      return
    }
    const link = target.closest('a')
    if (!link || !isPlain(event) || !isOurs(link)) return
    event.preventDefault()
    void router.push(link.pathname + link.search + link.hash)
  }

  function pressKey(event: KeyboardEvent): void {
    const { target } = event
    if (!(target instanceof HTMLImageElement) || !['Enter', ' '].includes(event.key)) return
    event.preventDefault()
    picture.value = target
  }

  watch(
    [article, html],
    ([element], [before]) => {
      if (element !== before) {
        before?.removeEventListener('keydown', pressKey)
        element?.addEventListener('keydown', pressKey)
      }
      if (element) prepare(element)
    },
    { flush: 'post' },
  )
  onBeforeUnmount(() => article.value?.removeEventListener('keydown', pressKey))

  return { picture, press }
}

function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
}

/** A page of the app, not a file of the server's. A place on this same page is the browser's own affair. */
function isOurs(link: HTMLAnchorElement): boolean {
  if (link.origin !== location.origin || link.target || link.hasAttribute('download')) return false
  return link.pathname.startsWith('/courses/') && link.pathname !== location.pathname
}
