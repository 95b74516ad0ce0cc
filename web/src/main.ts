import './app/style.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'

import App from './app/App.vue'
import { listen } from './api/client'
import { i18n, loadMessages, t } from './app/i18n'
import { queryClient } from './app/query'
import { router, signInTo } from './app/router'
import { forget, meQuery, schoolQuery } from './app/session'
import { becomeReadOnly } from './app/state'
import { fail } from './kit/toasts'

listen({
  signedOut: () => {
    if (queryClient.getQueryData(meQuery.queryKey)) {
      forget()
      fail(t('app.signed_out'))
    }
    const here = router.currentRoute.value
    if (here.meta.least) void router.push(signInTo(here))
  },
  readOnly: (seconds) => becomeReadOnly(seconds, () => queryClient.refetchQueries(meQuery)),
})

// Asked for before anything is drawn; whoever needs the answer hears of a failure.
queryClient.query(meQuery).catch(() => undefined)
queryClient.query(schoolQuery).catch(() => undefined)

const app = createApp(App).use(i18n).use(router).use(VueQueryPlugin, { queryClient })
await Promise.all([loadMessages('app'), router.isReady()])
app.mount('#app')
