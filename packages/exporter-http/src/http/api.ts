import { arrangementOf } from '../status/arrangement.js'
import { type StatusSource, tellStatus } from '../status/tell.js'
import type { Route } from './route.js'

/** What the page shows, for other programs: docs/api.md. */
export const servicesApiRoute =
  (source: StatusSource): Route =>
  async ({ query }) => ({
    status: 200,
    contentType: 'application/json; charset=utf-8',
    body: `${JSON.stringify(await tellStatus(source, query.get('history') === '1', arrangementOf(query)))}\n`,
    headers: { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' },
  })
