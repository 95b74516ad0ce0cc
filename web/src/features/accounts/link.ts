import { onMounted, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/**
 * The token of a mailed link: `/verify#token=…`. It stands in the fragment, which no server and no log ever sees, and
 * leaves the address bar and the history as soon as it is read. `?token=` is understood as well.
 */
export function useLinkToken() {
  const route = useRoute()
  const router = useRouter()
  const { token: asked } = route.query
  const token = ref(new URLSearchParams(route.hash.slice(1)).get('token') ?? (typeof asked === 'string' ? asked : null))

  onMounted(() => {
    if (token.value) void router.replace({ path: route.path })
  })
  return token
}
