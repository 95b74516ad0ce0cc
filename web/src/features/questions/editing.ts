import { useQueryClient } from '@tanstack/vue-query'
import { computed, nextTick, onBeforeUnmount, onMounted, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRoute, useRouter } from 'vue-router'

import type { QuestionKind } from '@/api/attempts'
import { Problem } from '@/api/problem'
import type { BankQuestion } from '@/api/questions'
import type { Course } from '@/api/types'
import { useLeaving } from '@/features/attempts/leaving'
import { bankKey } from '@/features/bank/queries'
import { announce } from '@/kit/announce'
import { say } from '@/kit/toasts'

import { byPointer } from './desk'
import type { Draft } from './draft'
import { useDrafting } from './drafting'
import { goTo, useFaultText } from './faults'
import { usePreview } from './previewing'
import { questionQuery } from './queries'

interface Options {
  course: Course
  kind: QuestionKind
  question: BankQuestion | null
  defaults: Partial<Draft>
  /** Another one is wanted, like this one. */
  another: (like: Partial<Draft>) => void
}

/** A question on the page: how it is saved, what is wrong with it, where one goes from it. */
export function useEditing({ course, kind, question, defaults, another }: Options) {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const faultText = useFaultText()

  const drafting = useDrafting({ course: course.id, kind, question, defaults })
  const preview = usePreview(course.id, () => drafting.draft.value.body, () => drafting.draft.value.points)
  /** Faults stand at their fields once one has tried to save: nobody is told of what they have not come to yet. */
  const hasTried = ref(false)
  const isPassing = ref(false)

  const refused = computed(() => (drafting.error.value instanceof Problem ? drafting.error.value.fields : []))
  const faults = computed(() => byPointer(hasTried.value ? (preview.isBehind.value ? refused.value : preview.faults.value) : [], faultText))
  const forTest = computed(() => (typeof route.query.for === 'string' ? route.query.for : null))
  /** Written for the test one after the other, and not in it yet. */
  const written = computed(() => [route.query.add].flat().filter((id) => typeof id === 'string'))
  const toTest = (test: string, add: string[]) => ({ name: 'test-edit', params: { id: test }, query: add.length > 0 ? { add } : {} })
  const back = computed(() => (forTest.value ? toTest(forTest.value, written.value) : { name: 'bank', params: { id: course.id } }))

  /** Whether it is in the bank as it stands here. */
  async function store(): Promise<BankQuestion | null> {
    hasTried.value = true
    const saved = await drafting.save()
    if (saved) {
      hasTried.value = false
      queries.setQueryData(questionQuery(saved.id).queryKey, saved)
      void queries.invalidateQueries({ queryKey: [...questionQuery(saved.id).queryKey, 'versions'] })
      void queries.invalidateQueries({ queryKey: bankKey(course.id) })
      announce(t('app.saved'))
    } else if (refused.value.length > 0) {
      await nextTick()
      goTo(refused.value[0]?.pointer ?? '')
    }
    return saved
  }

  async function save(): Promise<void> {
    const saved = await store()
    if (!saved || question) return
    isPassing.value = true
    if (forTest.value) await router.replace(toTest(forTest.value, [...written.value, saved.id]))
    else await router.replace({ name: 'question', params: { id: course.id, question: saved.id } })
  }

  async function saveAnother(): Promise<void> {
    const saved = await store()
    if (!saved) return
    say(t('questions.saved_another'))
    if (forTest.value) await router.replace({ query: { ...route.query, add: [...written.value, saved.id] } })
    const { points, penalty, difficulty, tags, category_id } = drafting.draft.value
    another({ points, penalty, difficulty, tags, category_id })
  }

  const leaving = useLeaving(() => drafting.isDirty.value && !isPassing.value)
  onBeforeRouteLeave((to, from) => {
    if (!leaving.guard(to)) return false
    // The browser's own way back knows nothing of what was written.
    const isForgotten = to.name === 'test-edit' && to.params.id === from.query.for && !to.query.add && from.query.add
    return isForgotten ? { path: to.path, query: { add: from.query.add ?? [] } } : true
  })
  onBeforeRouteUpdate((to, from) => to.path === from.path || leaving.guard(to))

  async function saveAndLeave(): Promise<void> {
    if (await store()) leaving.leave()
    else leaving.isAsking.value = false
  }

  function press(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return
    event.preventDefault()
    if (!document.querySelector('dialog[open]') && (drafting.isDirty.value || !question)) void save()
  }
  onMounted(() => addEventListener('keydown', press))
  onBeforeUnmount(() => removeEventListener('keydown', press))

  return { drafting, preview, faults, forTest, back, isPassing, leaving, save, saveAnother, saveAndLeave }
}
