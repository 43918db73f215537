import { createHash } from 'node:crypto'
import type { Clock } from '@alauda-exporter/alauda-client'
import Negotiator from 'negotiator'
import { arrangementOf, type ServiceRow } from '../status/arrangement.js'
import { changedNamespaces } from '../status/changes.js'
import type { History } from '../status/history.js'
import { jsonOf, namespacesJson } from '../status/json.js'
import { isLanguage, type Language, type Look, languages, lookFor } from '../status/look.js'
import type { NamespaceChanges, NamespaceStatus } from '../status/model.js'
import { frameOf, type PageOptions, type Table, tableOf } from '../status/page.js'
import { serviceRows } from '../status/rows.js'
import type { Steps } from '../status/service-status.js'
import { type Current, createStates, type Query, type State, type States } from '../status/states.js'
import { type BodyPart, partOf } from '../toolkit/body.js'
import { tagged } from '../toolkit/etag.js'
import { type Handler, type HttpRequest, type HttpResponse, reply } from '../toolkit/handler.js'
import type { Watch, Watched } from '../watch.js'
import { assets } from './assets.js'
import { createWritten, partsFrom } from './written.js'

/** The data of the page and the API. */
interface StatusSource {
  readonly watch: Pick<Watch, 'scrape' | 'maxAgeSeconds'> & { readonly accounts: () => ReadonlyArray<ShownAccount> }
  readonly history: History
  readonly version: string
  readonly clock: Pick<Clock, 'now'>
}

/** What is shown of an account that is watched. */
interface ShownAccount {
  readonly account: Pick<Watched['account'], 'name' | 'namespaces'>
  readonly client: Pick<Watched['client'], 'statistics'>
  readonly config: Pick<Watched['config'], 'sizes'>
  readonly collector: Pick<Watched['collector'], 'snapshots'>
}

/** Reads what a query shows now. It takes no call of the cloud, except a first collection if there was none. */
export type ReadStatus = (query: Query) => Promise<Current>

// For the first collection: the first page should not be empty, but a reader waits less patiently than Prometheus.
const firstWaitMs = 2000

/** Reads for the page and the API, which share what they show of the same query. */
export const createReadStatus = ({ watch, ...source }: StatusSource): ReadStatus => {
  const accounts = () =>
    watch.accounts().map(({ account, client, config, collector }) => ({
      name: account.name,
      namespaces: account.namespaces,
      snapshots: collector.snapshots(),
      sizes: config.sizes,
      statistics: client.statistics?.(),
    }))
  const states: States = createStates({ ...source, accounts, maxAgeSeconds: watch.maxAgeSeconds })
  return async (query) => {
    const isEmpty = watch.accounts().every(({ collector }) => collector.snapshots().length === 0)
    if (isEmpty) await watch.scrape(firstWaitMs)
    return states.current(query)
  }
}

/** The headers of the page and the API. */
const statusHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export interface StatusPageConfig {
  readonly readStatus: ReadStatus
  readonly telemetryPath: string
  readonly prometheusUrl?: string | undefined
}

/** The rows of the page: parts that are kept, and open services, whose ages are of now. */
interface Rows {
  readonly table: Table
  readonly sections: ReadonlyArray<ReadonlyArray<BodyPart> | ServiceRow>
}

/** A page for readers: the services, and how their collection goes. */
export const statusRoute = ({ readStatus, telemetryPath, prometheusUrl }: StatusPageConfig): Handler => {
  const written = createWritten<Rows>()
  const shownUrl = prometheusUrl === undefined ? undefined : withoutCredentials(prometheusUrl)
  return async (request) => {
    const arrangement = arrangementOf(request.query)
    const { state, status } = await readStatus({ wanted: arrangement, withHistory: true })
    const lang = request.query.get('lang')
    const options: PageOptions = {
      language: languageFor(request),
      lang: isLanguage(lang) ? lang : null,
      arrangement,
      telemetryPath,
      prometheusUrl: shownUrl,
      assets: { script: assets().script.url, style: assets().style.url },
    }
    const look = lookFor(status, options)
    const { table, sections } = await written.of(state, keyOf(options), () =>
      rowsOfTable(tableOf(status, arrangement), look),
    )
    const { top, bottom } = frameOf(status, table, options)
    const open: string[] = []
    const rows = sections.flatMap((section) => {
      if (!('key' in section)) return section
      const text = serviceRows(section, look).toString()
      open.push(text)
      return partOfText(text)
    })
    const body = [partOfText(top), ...rows, partOfText(bottom)]
    const response = reply(200, 'text/html; charset=utf-8', body, {
      'content-security-policy': contentSecurityPolicy,
      ...statusHeaders,
      vary: 'accept-language',
    })
    return tagged(request, pageTag(state, top, open, bottom), response)
  }
}

const partOfText = (text: { readonly toString: () => string }): BodyPart => partOf(Buffer.from(text.toString()))

/** The rest of the page depends on the state and on what its address asks for. */
const pageTag = ({ id }: State, top: string, open: ReadonlyArray<string>, bottom: string): string =>
  createHash('sha256')
    .update(JSON.stringify([id, top, open, bottom]))
    .digest('base64url')
    .slice(0, 22)

/** What the rows of a state depend on. */
const keyOf = ({ language, lang, arrangement: { sort, isDescending, open } }: PageOptions): string =>
  JSON.stringify([language, lang, sort, isDescending, ...open])

function* rowsOfTable(table: Table, look: Look): Steps<Rows> {
  const sections: Array<ReadonlyArray<BodyPart> | ServiceRow> = []
  let closed: ServiceRow[] = []
  for (const row of table.shown) {
    if (!look.arrangement.open.has(row.key)) {
      closed.push(row)
      continue
    }
    sections.push(yield* partsOfRows(closed, look), row)
    closed = []
  }
  sections.push(yield* partsOfRows(closed, look))
  return { table, sections }
}

const partsOfRows = (rows: ReadonlyArray<ServiceRow>, look: Look): Steps<ReadonlyArray<BodyPart>> =>
  partsFrom(textsOf(rows, look))

function* textsOf(rows: ReadonlyArray<ServiceRow>, look: Look): Iterable<string> {
  for (const row of rows) yield serviceRows(row, look).toString()
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

/** The page's data for other programs, all of it or what has changed: docs/api.md. */
export const servicesApiRoute = ({ readStatus }: Pick<StatusPageConfig, 'readStatus'>): Handler => {
  const whole = createWritten<ReadonlyArray<ReadonlyArray<BodyPart>>>()
  const changed = createWritten<ReadonlyArray<ReadonlyArray<BodyPart>>>()
  return async (request) => {
    const { query } = request
    const withHistory = query.get('history') === '1'
    const since = query.get('since')
    const isFollowed = since !== null
    const { state, status, earlier } = await readStatus({ wanted: arrangementOf(query), withHistory, isFollowed })
    // All but the time.
    const tag = [state.id, ...status.accounts.map(({ apiRequests }) => apiRequests)].join('-')
    if (!isFollowed) {
      const namespaces = status.accounts.map((account) => account.namespaces)
      return tagged(request, tag, jsonReply(status, await whole.of(state, '', () => partsOfAccounts(namespaces))))
    }
    const before = [state, ...earlier].find(({ id }) => id === since)
    const parts = await changed.of(state, before?.id ?? '', () => partsOfChanges(before, state))
    const known = before === undefined ? {} : { since: before.id }
    return tagged(
      request,
      `${tag}-since-${before?.id ?? ''}`,
      jsonReply({ ...status, state: state.id, ...known }, parts),
    )
  }
}

const jsonReply = (
  status: Parameters<typeof jsonOf>[0],
  ofAccounts: ReadonlyArray<ReadonlyArray<BodyPart>>,
): HttpResponse => {
  const pieces = jsonOf(status, (_, index) => ofAccounts[index] ?? [])
  const body = [...pieces, '\n'].map((piece) => (typeof piece === 'string' ? partOfText(piece) : piece))
  return reply(200, 'application/json; charset=utf-8', body, statusHeaders)
}

function* partsOfChanges(before: State | undefined, { status }: State): Steps<ReadonlyArray<ReadonlyArray<BodyPart>>> {
  return yield* partsOfAccounts(yield* changedNamespaces(before?.status, status))
}

function* partsOfAccounts(
  accounts: ReadonlyArray<ReadonlyArray<NamespaceStatus | NamespaceChanges>>,
): Steps<ReadonlyArray<ReadonlyArray<BodyPart>>> {
  const all: Array<ReadonlyArray<BodyPart>> = []
  for (const namespaces of accounts) all.push(yield* partsFrom(namespacesJson(namespaces)))
  return all
}
