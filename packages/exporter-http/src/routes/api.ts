import { arrangementOf } from '../status/arrangement.js'
import { type Handler, reply } from '../toolkit/handler.js'
import { inOrderOfRequests } from './in-order.js'
import { jsonOf } from './json.js'
import { type StatusSource, tellStatus } from './tell.js'

/** What the page shows, for other programs: docs/api.md. */
export const servicesApiRoute =
  (source: StatusSource): Handler =>
  async ({ query }) => {
    const status = await tellStatus(source, query.get('history') === '1', arrangementOf(query))
    const body = await inOrderOfRequests(jsonOf(status, untilService))
    return reply(200, 'application/json; charset=utf-8', `${body}\n`, {
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
  }

// Status, accounts, account, namespaces, namespace, services: each service is written in one step.
const untilService = 6
