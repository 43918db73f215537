import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { type Clock, createSpan, type Span } from '../clock.js'
import type { AlaudaError, Bound, FailedCall } from '../http/errors.js'
import { decodeError, limitError } from '../http/failures.js'
import { inTurns } from '../turns.js'
import { resource } from './codecs/resource.js'
import { WholeNumber } from './codecs/scalars.js'
import { Service } from './codecs/service.js'

/** One page of the list. Its objects are read one by one: one that cannot be read does not take the page with it. */
export const Page = resource(
  'Page of Service',
  { results: t.UnknownArray },
  {
    /** How many objects all pages have. */
    count: WholeNumber,
    /** Where the next page is; absent on the last one. */
    next: t.string,
    previous: t.string,
  },
)

/** Asks for larger pages, while the API accepts that: one for all lists of a client. */
export type PageSize = ReturnType<typeof createPageSize>

const msWithoutPageSize = 3_600_000

/**
 * Five times as long as usual, which saves four of five calls. An API may ignore it: pages are as long as they are. It may also refuse
 * it, or take too long for a large page, or send more than fits: then it gets no such request for an hour.
 */
export const createPageSize = (clock: Clock) => {
  let withoutIt: Span | undefined
  return {
    query: (): string => (withoutIt === undefined || withoutIt.leftMs() === 0 ? 'page_size=100&' : ''),
    /** Whether a list that failed like this should be read again without it, at once. */
    isRefusedBy: (failure: AlaudaError): boolean => {
      const isRefused = failure._tag === 'HttpError' && [400, 405, 414, 422].includes(failure.status)
      const isTooLarge = failure._tag === 'LimitError' && failure.bound === 'answer-size'
      const isTooSlow = failure._tag === 'TimeoutError' || (failure._tag === 'HttpError' && failure.status >= 500)
      if (isRefused || isTooLarge || isTooSlow) withoutIt = createSpan(clock, msWithoutPageSize)
      return isRefused || isTooLarge
    },
  }
}

/** What it takes to read the list of a namespace's services. */
export interface ServiceListConfig {
  /** The call that it is. */
  readonly call: FailedCall
  /** `query` goes before the page's number. */
  readonly readPage: (number: number, query: string) => TaskEither<AlaudaError, t.TypeOf<typeof Page>>
  readonly pageSize: PageSize
  readonly maxPages: number
  readonly maxServices: number
  /** Gets each page's new services as soon as they are known: of pages that are read at once a later one may come first. */
  readonly onPage: (services: ReadonlyArray<Service>) => void
  /** Whether `onPage` waits for the pages before. */
  readonly isInOrder: boolean
  /** Gets the places of what could not be read and was left out, like `results.3`, when the list has been read. */
  readonly onUnreadable: (places: ReadonlyArray<string>) => void
}

/** The identity of a service within its namespace. Some installations give several services the same uuid. */
export const serviceKey = ({ uuid, project_name, space_name, service_name }: Service): string =>
  JSON.stringify([uuid, project_name, space_name, service_name])

/**
 * Every page of a list: the first one, then the others several at a time, as long as they have anything new. Objects move between
 * pages while they are read, when others are created or deleted: one that comes twice is given once, and when some may have been
 * missed, all pages are read once more. That second pass decides what there is. A list from which objects are missing even then
 * is a failure: half a list is not the list. An object that cannot be read is left out, and is not missing; a list of nothing
 * else is a failure too. Without a count the list is whole when its end was seen: a page without a next one. The order is the
 * API's, page by page, whichever page came first.
 */
export const readServiceList =
  (config: ServiceListConfig): TaskEither<AlaudaError, ReadonlyArray<Service>> =>
  async () => {
    // An object stays the same over both passes, so that work which `onPage` began with it stays valid.
    const known = new Map<string, Service>()
    const { pageSize } = config
    let pass = createPass(known, pageSize.query())
    let failure = await readAllPages(config, pass)
    if (failure !== undefined && pass.query !== '' && pageSize.isRefusedBy(failure)) {
      pass = createPass(known, pageSize.query())
      failure = await readAllPages(config, pass)
    }
    if (failure === undefined && (missingIn(pass) !== undefined || !isSteady(pass))) {
      pass = createPass(known, pass.query)
      failure = await readAllPages(config, pass)
    }
    const unreadable = [...pass.unreadableFields, ...pass.unreadableRows]
    if (unreadable.length > 0) config.onUnreadable(unreadable)
    if (failure !== undefined) return E.left(failure)
    const expected = missingIn(pass)
    if (expected !== undefined) return E.left(decodeError(config.call, [{ path: 'results', expected }]))
    return E.right([...pass.services.values()].sort(byPlace).map(({ service }) => service))
  }

/** Where a service stands in the list. */
interface Place {
  readonly page: number
  readonly row: number
}

const byPlace = (a: Place, b: Place): number => a.page - b.page || a.row - b.row

/** All pages, read once. */
const createPass = (known: Map<string, Service>, query: string) => {
  const unreadableRows: string[] = []
  const counts: number[] = []
  return {
    known,
    query,
    services: new Map<string, Place & { readonly service: Service }>(),
    /** Which of the pages' own fields could not be read. */
    unreadableFields: new Set<string>(),
    /** The places of objects that could not be read. */
    unreadableRows,
    /** What those objects were, each once. */
    unreadableContents: new Set<string>(),
    /** What the pages said of how many objects there are. */
    counts,
    /** Whether there was a page after which there is none. */
    hasEnd: false,
  }
}
type Pass = ReturnType<typeof createPass>

const countedIn = ({ counts }: Pass): number => counts.at(-1) ?? 0
const isSteady = ({ counts }: Pass): boolean => counts.every((count) => count === counts[0])
const comeIn = ({ services, unreadableRows }: Pass): number => services.size + unreadableRows.length

/** What the rows should have been; absent when the list is whole. */
const missingIn = (pass: Pass): string | undefined => {
  const [come, counted] = [comeIn(pass), countedIn(pass)]
  if (come < counted) return `${counted} services on all pages, as counted; ${come} came`
  if (come > 0 && pass.services.size === 0) return `services that can be read; none of the ${come} that came can`
  if (!pass.hasEnd && come !== counted) {
    return `services up to the last page; the pages repeat themselves, and have a next one after ${come} services`
  }
  return undefined
}

const firstPagesAtOnce = 2
const mostPagesAtOnce = 32

const readAllPages = async (config: ServiceListConfig, pass: Pass): Promise<AlaudaError | undefined> => {
  const { maxPages, maxServices } = config
  const beyond = (bound: Bound, limit: number) => limitError(config.call, bound, limit)
  const first = await readPageInto(config, pass, 1)
  if (E.isLeft(first)) return first.left
  const pageSize = first.right.rows
  let last = first.right
  let read = 1
  let atOnce = firstPagesAtOnce
  while (last.isNew) {
    if (comeIn(pass) > maxServices) return beyond('services', maxServices)
    const counted = Math.ceil(countedIn(pass) / pageSize) - read
    // Some lists do not say how long they are, and some grow meanwhile.
    const wanted = counted > 0 ? Math.min(counted, atOnce) : Number(last.hasNext)
    if (wanted === 0) break
    if (read >= maxPages) return beyond('pages', maxPages)
    const from = read + 1
    const numbers = Array.from({ length: Math.min(wanted, maxPages - read) }, (_, index) => from + index)
    let before: Promise<unknown> = Promise.resolve()
    const reading = numbers.map((number) => {
      const page = readPageInto(config, pass, number, config.isInOrder ? before : undefined)
      before = page
      return page
    })
    const pages = await Promise.all(reading)
    for (const page of pages) {
      if (E.isLeft(page)) return page.left
      // Not only the last one: a page with nothing new is the end of the list, or a list that repeats itself.
      last = { ...page.right, isNew: last.isNew && page.right.isNew }
    }
    read += numbers.length
    // A wrong count must not cost many calls, and a long list must not take long.
    atOnce = Math.min(2 * atOnce, mostPagesAtOnce)
  }
  pass.hasEnd = !last.hasNext || last.rows === 0
  return undefined
}

interface ReadPage {
  readonly rows: number
  readonly hasNext: boolean
  /** Whether there was anything that no page of this pass had before. */
  readonly isNew: boolean
}

const readPageInto = async (
  { call, readPage, onPage, maxServices }: ServiceListConfig,
  pass: Pass,
  number: number,
  before?: Promise<unknown>,
): Promise<E.Either<AlaudaError, ReadPage>> => {
  const page = await readPage(number, pass.query)()
  // A page that there was a moment ago is not found when the list has become shorter.
  if (E.isLeft(page) && number > 1 && isNotFound(page.left)) return E.right({ rows: 0, hasNext: false, isNew: false })
  if (E.isLeft(page)) return page
  const { results, count, next, unreadableFields = [] } = page.right
  // However it would be read, it would take long.
  if (results.length > maxServices) return E.left(limitError(call, 'services', maxServices))
  if (count !== undefined) pass.counts.push(count)
  for (const field of unreadableFields) pass.unreadableFields.add(field)
  const fresh: Service[] = []
  const unreadableRows: string[] = []
  let isNew = false
  // Loaded here: it takes 8 ms, a quarter of what the package takes to load.
  const { createHash } = await import('node:crypto')
  await inTurns(results, (row, index) => {
    const service = Service.decode(row)
    if (E.isLeft(service)) {
      // One object may be as large as an answer.
      const content = createHash('sha256').update(JSON.stringify(row)).digest('base64')
      unreadableRows.push(`results.${index}`)
      isNew ||= !pass.unreadableContents.has(content)
      pass.unreadableContents.add(content)
      return
    }
    const key = serviceKey(service.right)
    const place = { page: number, row: index }
    const listed = pass.services.get(key)
    if (listed !== undefined) {
      if (byPlace(place, listed) < 0) pass.services.set(key, { ...listed, ...place })
      return
    }
    isNew = true
    const known = pass.known.get(key)
    pass.services.set(key, { service: known ?? service.right, ...place })
    if (known !== undefined) return
    pass.known.set(key, service.right)
    fresh.push(service.right)
  })
  // Objects without a name may look the same and be several; on a page with nothing new they are those of another page.
  if (isNew) for (const place of unreadableRows) pass.unreadableRows.push(place)
  await before
  if (fresh.length > 0) onPage(fresh)
  return E.right({ rows: results.length, hasNext: next !== undefined || unreadableFields.includes('next'), isNew })
}

// A page of HTML is another server's: it says nothing of the list.
const isNotFound = (error: AlaudaError): boolean =>
  error._tag === 'HttpError' && error.status === 404 && error.mediaType === undefined
