import type { IncomingHttpHeaders } from 'node:http'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import type { Family } from '@alauda-exporter/collector'
import type { Handler, Middleware } from '../toolkit/handler.js'
import { scrapeRoute } from './metrics.js'

// Prometheus asks in one form, and its neighbours in few others.
const mostForms = 4

/**
 * Makes pages before their collection is shown, so that no scrape waits until they are written and compressed: in the forms that were
 * asked for since it did so last, and none if no one asks.
 */
export const createPagesAhead = (compressed: Middleware) => {
  const oneAtATime = createSemaphore(1)
  const asked = new Map<string, IncomingHttpHeaders>()

  /** Notes the forms of the pages that a handler is asked for. */
  const noted =
    (next: Handler): Handler =>
    (request) => {
      const { accept, 'accept-encoding': encoding } = request.headers
      const form = JSON.stringify([accept, encoding])
      if (asked.size < mostForms) asked.set(form, { accept, 'accept-encoding': encoding })
      return next(request)
    }

  const makeAhead = async (scrape: () => Promise<ReadonlyArray<Family>>): Promise<void> => {
    const forms = [...asked.values()]
    asked.clear()
    if (forms.length === 0) return
    const families = await scrape()
    const answer = compressed(scrapeRoute({ scrape: () => families }))
    for (const headers of forms)
      await answer({ method: 'GET', path: '', query: new URLSearchParams(), headers, sent: Promise.resolve() })
  }

  return {
    noted,
    prepare: (scrape: () => Promise<ReadonlyArray<Family>>) => oneAtATime.run(undefined, () => makeAhead(scrape)),
  }
}
