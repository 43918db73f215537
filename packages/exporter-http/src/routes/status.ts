import type { Clock } from '@alauda-exporter/alauda-client'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import Negotiator from 'negotiator'
import { arrangementOf } from '../status/arrangement.js'
import type { History } from '../status/history.js'
import { isLanguage, type Language, languages } from '../status/look.js'
import type { Status } from '../status/model.js'
import { page } from '../status/page.js'
import { statusOf, type Wanted } from '../status/view.js'
import { type Handler, type HttpRequest, reply } from '../toolkit/handler.js'
import type { Watch } from '../watch.js'
import { assets } from './assets.js'

const oneAtATime = createSemaphore(1)

/** `inSteps` for pages: one after the other, since all that are made at once are late. Scrapes do not wait for them. */
const inOrderOfRequests = <A>(steps: Iterator<unknown, A>): Promise<A> =>
  oneAtATime.run(undefined, () => inSteps(steps))

/** The data of the page and the API. */
interface StatusSource {
  readonly watch: Pick<Watch, 'accounts' | 'scrape' | 'maxAgeSeconds'>
  readonly history: History
  readonly version: string
  readonly clock: Clock
}

// For the first collection: the first page should not be empty, but a reader waits less patiently than Prometheus.
const firstWaitMs = 2000

/** The current data. It takes no call of the cloud, except a first collection if there was none. */
const readStatus = async (source: StatusSource, withHistory: boolean, wanted: Wanted): Promise<Status> => {
  const { watch, history, version, clock } = source
  const isEmpty = watch.accounts().every(({ collector }) => collector.snapshots().length === 0)
  if (isEmpty) await watch.scrape(firstWaitMs)
  const accounts = watch.accounts().map(({ account, client, config, collector }) => ({
    name: account.name,
    namespaces: account.namespaces,
    snapshots: collector.snapshots(),
    sizes: config.sizes,
    statistics: client.statistics?.(),
  }))
  const now = clock.now() / 1000
  const maxAgeSeconds = watch.maxAgeSeconds()
  return inOrderOfRequests(statusOf(accounts, { version, now, maxAgeSeconds, history, withHistory, wanted }))
}

/** The headers of the page and the API. */
const statusHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export interface StatusPageConfig extends StatusSource {
  readonly telemetryPath: string
  readonly prometheusUrl?: string | undefined
}

/** A page for readers: the services, and how their collection goes. */
export const statusRoute =
  ({ telemetryPath, prometheusUrl, ...source }: StatusPageConfig): Handler =>
  async (request) => {
    const arrangement = arrangementOf(request.query)
    const status = await readStatus(source, true, arrangement)
    const lang = request.query.get('lang')
    const body = await inOrderOfRequests(
      page(status, {
        language: languageFor(request),
        lang: isLanguage(lang) ? lang : null,
        arrangement,
        telemetryPath,
        prometheusUrl: prometheusUrl === undefined ? undefined : withoutCredentials(prometheusUrl),
        assets: { script: assets().script.url, style: assets().style.url },
      }),
    )
    return reply(200, 'text/html; charset=utf-8', body, {
      'content-security-policy': contentSecurityPolicy,
      ...statusHeaders,
      vary: 'accept-language',
    })
  }

/** The language of the address, or else the one that the browser prefers; English if it is neither. */
const languageFor = ({ query, headers }: HttpRequest): Language => {
  const asked = query.get('lang')
  if (isLanguage(asked)) return asked
  const preferred = new Negotiator({ headers }).language([...languages])
  return isLanguage(preferred) ? preferred : 'en'
}

/** The page may run its own script and style, and call this exporter. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** The page must not show the exporter's credentials for Prometheus. */
export const withoutCredentials = (address: string): string => {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href
}

/** The page's data for other programs: docs/api.md. */
export const servicesApiRoute =
  (source: StatusSource): Handler =>
  async ({ query }) => {
    const status = await readStatus(source, query.get('history') === '1', arrangementOf(query))
    const body = await inOrderOfRequests(jsonOf(status, untilService))
    return reply(200, 'application/json; charset=utf-8', `${body}\n`, statusHeaders)
  }

// Status, accounts, account, namespaces, namespace, services: each service is written in one step.
const untilService = 6

/**
 * The value as JSON, in steps: a value `depth` levels below the outermost is written in one.
 *
 * @example
 * await inSteps(jsonOf([{ a: 1 }, { a: 2 }], 1)) // '[{"a":1},{"a":2}]'
 */
export function* jsonOf(value: object, depth: number): Generator<undefined, string> {
  const pieces: string[] = []
  for (const piece of piecesOf(value, depth)) {
    pieces.push(piece)
    yield
  }
  return pieces.join('')
}

function* piecesOf(value: unknown, depth: number): Iterable<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null'
    return
  }
  const isList = Array.isArray(value)
  let before = isList ? '[' : '{'
  for (const [key, item] of Object.entries(value)) {
    if (!isList && item === undefined) continue
    yield isList ? before : `${before}${JSON.stringify(key)}:`
    yield* piecesOf(item, depth - 1)
    before = ','
  }
  yield before === ',' ? '' : before
  yield isList ? ']' : '}'
}
