import type { Clock } from '@alauda-exporter/alauda-client'
import { scrapeDeadlineMs } from '@alauda-exporter/collector'
import { type Problem, problemText } from '../toolkit/config/problem.js'
import { type Handler, headersOf, plainText } from '../toolkit/handler.js'
import { namespaceOf, type Watch, type Watched } from '../watch.js'
import { isForeign } from './reached.js'

/** The process is alive. */
export const healthyRoute: Handler = async () => plainText(200, 'The exporter is healthy.')

/**
 * Ready if the last successful collection of every namespace is recent. If only scrapes start collections and the last one is too old,
 * this starts one: a target that is not ready may never be scraped.
 */
export const readyRoute =
  (watch: Pick<Watch, 'accounts' | 'scrape' | 'isAtScrape' | 'maxAgeSeconds'>, clock: Clock): Handler =>
  async ({ headers }) => {
    const late = () => watch.accounts().flatMap((watched) => lateNamespaces(watched, watch.maxAgeSeconds(), clock))
    if (watch.isAtScrape() && late().length > 0) await watch.scrape(scrapeDeadlineMs(headersOf(headers)))
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

/** Reads the settings again; 400 with what is wrong, when they are, and 403 to a page of another site. */
export const reloadRoute =
  (reload: () => Promise<ReadonlyArray<Problem>>, externalUrl?: string): Handler =>
  async ({ headers }) => {
    if (isForeign(headers, externalUrl)) return plainText(403, 'A page of another site cannot reload the settings.')
    const problems = await reload()
    return problems.length === 0
      ? plainText(200, 'Settings reloaded.')
      : plainText(400, `Invalid settings; the previous ones stay in use.\n${problems.map(problemText).join('\n')}`)
  }

export const reloadDisabledRoute: Handler = async () =>
  plainText(
    403,
    'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.',
  )
