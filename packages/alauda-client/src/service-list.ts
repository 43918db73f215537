import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Page } from './codecs/page.js'
import type { Service } from './codecs/service.js'
import type { AlaudaError } from './errors.js'

type ReadPage = (number: number) => TaskEither<AlaudaError, Page<Service>>
type OnPage = (services: ReadonlyArray<Service>) => void

/** What tells a service from all others of its namespace. */
export const serviceKey = ({ uuid, unique_name, project_name, space_name, service_name }: Service): string =>
  uuid ?? unique_name ?? JSON.stringify([project_name, space_name, service_name])

/**
 * Every page of a list: the first one, then the others several at a time. Objects move between pages while they are read,
 * when others are created or deleted: one that comes twice is given once, and when some may have been missed, all pages are
 * read once more. A list from which rows are missing even then is a failure: half a list is not the list. `onPage` is told
 * each page's new services as soon as they are known.
 */
export const readServiceList =
  (
    readPage: ReadPage,
    incomplete: (rows: number, counted: number) => AlaudaError,
    onPage: OnPage = () => {},
  ): TaskEither<AlaudaError, ReadonlyArray<Service>> =>
  async () => {
    const services = new Map<string, Service>()
    const add = (results: ReadonlyArray<Service>): boolean => {
      const added = results.filter((service) => !services.has(serviceKey(service)))
      for (const service of added) services.set(serviceKey(service), service)
      if (added.length > 0) onPage(added)
      return added.length > 0
    }
    let read = await readAllPages(readPage, add)
    if (E.isRight(read) && (services.size < read.right.counted || !read.right.isSteady)) {
      read = await readAllPages(readPage, add)
    }
    if (E.isLeft(read)) return read
    const { rows, counted } = read.right
    return rows < counted ? E.left(incomplete(rows, counted)) : E.right([...services.values()])
  }

interface Reading {
  /** How many objects came, those that came twice included. */
  readonly rows: number
  /** How many there are, as the API said last; 0 when it does not say. */
  readonly counted: number
  /** Whether it said the same all the time. */
  readonly isSteady: boolean
}

const pagesAtOnce = 32

const readAllPages = async (
  readPage: ReadPage,
  add: (results: ReadonlyArray<Service>) => boolean,
): Promise<E.Either<AlaudaError, Reading>> => {
  const first = await readPage(1)()
  if (E.isLeft(first)) return first
  const pages = [first.right]
  add(first.right.results)
  const pageSize = first.right.results.length
  const pageCount = pageSize === 0 ? 1 : Math.ceil((first.right.count ?? 0) / pageSize)

  let hasEnded = false
  while (pages.length < pageCount && !hasEnded) {
    const numbers = Array.from(
      { length: Math.min(pagesAtOnce, pageCount - pages.length) },
      (_, i) => pages.length + 1 + i,
    )
    const batch = await Promise.all(
      numbers.map(async (number) => {
        const page = await orEnd(readPage(number))
        if (E.isRight(page)) add(page.right.results)
        return page
      }),
    )
    for (const page of batch) {
      if (E.isLeft(page)) return page
      pages.push(page.right)
      if (page.right.results.length === 0) hasEnded = true
    }
  }
  // For lists that do not say how long they are, or that have grown meanwhile.
  while (pages.at(-1)?.next !== undefined && !hasEnded) {
    const page = await orEnd(readPage(pages.length + 1))
    if (E.isLeft(page)) return page
    pages.push(page.right)
    hasEnded = !add(page.right.results)
  }
  const counts = pages.map(({ count }) => count).filter((count) => count !== undefined)
  return E.right({
    rows: pages.reduce((sum, { results }) => sum + results.length, 0),
    counted: counts.at(-1) ?? 0,
    isSteady: counts.every((count) => count === counts[0]),
  })
}

// A page that there was a moment ago is not found when the list has become shorter.
const orEnd = async (page: TaskEither<AlaudaError, Page<Service>>): Promise<E.Either<AlaudaError, Page<Service>>> => {
  const result = await page()
  return E.isLeft(result) && result.left._tag === 'HttpError' && result.left.status === 404
    ? E.right({ results: [] })
    : result
}
