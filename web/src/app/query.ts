import { QueryClient } from '@tanstack/vue-query'

import { Problem } from '@/api/problem'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // An answer stays an answer: only what may pass by itself is tried again.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 8000),
    },
  },
})
