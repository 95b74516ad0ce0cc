import { idempotencyKey, path, request } from './client'
import { Problem } from './problem'
import type { List, Myself, Session, SignedIn } from './types'

export interface NewAccount {
  name: string
  email: string
  password: string
  locale?: string
  time_zone?: string
}

/** The account that is signed in, or null. */
export async function me(signal?: AbortSignal): Promise<Myself | null> {
  try {
    return await request<Myself>('GET', '/me', { signal })
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null
    throw error
  }
}

export const signUp = (account: NewAccount) =>
  request<{ status: string }>('POST', '/accounts', { body: account, idempotencyKey: idempotencyKey() })

/** Opens a mailed link; one who was invited chooses a name and a password (`details_needed` asks for them). */
export const verify = (token: string, details: { name: string; password: string } | null = null) =>
  request<SignedIn>('POST', '/accounts/verification', { body: { token, ...details } })

export const signIn = (email: string, password: string) =>
  request<SignedIn>('POST', '/sessions', { body: { email, password } })

export const signOut = () => request<undefined>('DELETE', '/sessions/current')

export const askForReset = (email: string) =>
  request<{ status: string }>('POST', '/password-resets', { body: { email } })

export const resetPassword = (token: string, password: string) =>
  request<undefined>('POST', '/password-resets/confirmation', { body: { token, password } })

export const changeMe = (change: Partial<Pick<Myself, 'name' | 'locale' | 'time_zone'>>) =>
  request<Myself>('PATCH', '/me', { body: change })

export const changePassword = (current: string, password: string) =>
  request<undefined>('PUT', '/me/password', { body: { current, password } })

export const sessions = (signal?: AbortSignal) => request<List<Session>>('GET', '/sessions', { signal })

export const endSession = (id: string) => request<undefined>('DELETE', path`/sessions/${id}`)

export const endOtherSessions = () => request<undefined>('DELETE', '/sessions')

export const tokens = (signal?: AbortSignal) => request<List<Session>>('GET', '/tokens', { signal })

export const createToken = (name: string, days?: number) =>
  request<Session & { token: string }>('POST', '/tokens', {
    body: days === undefined ? { name } : { name, days },
    idempotencyKey: idempotencyKey(),
  })

export const endToken = (id: string) => request<undefined>('DELETE', path`/tokens/${id}`)
