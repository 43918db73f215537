import type { Clock } from '@alauda-exporter/alauda-client'
import { scrapeDeadlineMs, scrapeHeaders } from '@alauda-exporter/collector'
import { type Handler, plainText } from '../toolkit/handler.js'
import { namespaceOf, type Watch, type Watched } from '../watch.js'

/** The process is alive. */
export const healthyRoute: Handler = async () => plainText(200, 'The exporter is healthy.')

/**
 * Every namespace has been collected, and the last success of each is not too long ago. Where there is a collection at each
 * scrape only, and none of late, it makes one: who is not ready may never be scraped.
 */
export const readyRoute =
  (watch: Pick<Watch, 'accounts' | 'ready' | 'isAtScrape' | 'maxAgeSeconds'>, clock: Clock): Handler =>
  async ({ headers }) => {
    const late = () => watch.accounts().flatMap((watched) => lateNamespaces(watched, watch.maxAgeSeconds(), clock))
    if (watch.isAtScrape() && late().length > 0) await watch.ready(scrapeDeadlineMs(scrapeHeaders(headers)))
    const missing = late()
    return missing.length === 0
      ? plainText(200, 'The exporter is ready.')
      : plainText(
          503,
          `Not ready: the services of ${missing.join(', ')} have not been read in the last ${watch.maxAgeSeconds()} s.`,
        )
  }

const lateNamespaces = (
  { account, collector }: Watched,
  maxAgeSeconds: number,
  clock: Clock,
): ReadonlyArray<string> => {
  const inTime = new Set(
    collector
      .snapshots()
      .filter(
        ({ lastSuccessTime }) => lastSuccessTime !== undefined && clock.now() / 1000 - lastSuccessTime <= maxAgeSeconds,
      )
      .map(({ namespace }) => namespace),
  )
  return account.namespaces
    .filter((namespace) => !inTime.has(namespace))
    .map((namespace) => namespaceOf(account, namespace))
}
