import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { asQuery, type Filters, filtersIn } from './filters'

/** The filters of the page, kept in its address: the way back leads to the same list, and it can be shared. */
export function useAddressedFilters() {
  const route = useRoute()
  const router = useRouter()
  return computed<Filters>({
    get: () => filtersIn(route.query),
    set: (filters) => void router.replace({ query: asQuery(filters) }),
  })
}
