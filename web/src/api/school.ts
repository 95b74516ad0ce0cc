import { request } from './client'
import type { School } from './types'

export const school = (signal?: AbortSignal) => request<School>('GET', '/school', { signal })
