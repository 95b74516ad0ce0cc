import { request } from './client'
import type { Id, MailPreference, NotificationPage } from './types'

/** What I should know of, newest first. */
export const notifications = (after?: string, limit?: number, signal?: AbortSignal) =>
  request<NotificationPage>('GET', '/notifications', { query: { after, limit }, signal })

/** All of them, unless told which. It may outlive the page: one leaves it by what one has read. */
export const markRead = (ids?: Id[]) =>
  request<undefined>('POST', '/notifications/read', { body: ids === undefined ? {} : { ids }, keepalive: true })

export const mailPreference = (signal?: AbortSignal) => request<{ mail: MailPreference }>('GET', '/me/notifications', { signal })

export const setMailPreference = (mail: MailPreference) =>
  request<{ mail: MailPreference }>('PUT', '/me/notifications', { body: { mail } })
