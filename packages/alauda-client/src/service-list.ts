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
 * Every page of a list: the first one, then all others at once. Objects move between pages while they are read, when
 * others are created or deleted: one that comes twice is given once, and when fewer came than the API counts, all pages
 * are read once more. `onPage` is told each page's new services as soon as they are known.
 */
export const readServiceList =
  (readPage: ReadPage, onPage: OnPage = () => {}): TaskEither<AlaudaError, ReadonlyArray<Service>> =>
  async () => {
    const services = new Map<string, Service>()
    const add: OnPage = (results) => {
      const added = results.filter((service) => !services.has(serviceKey(service)))
      for (const service of added) services.set(serviceKey(service), service)
      if (added.length > 0) onPage(added)
    }
    for (const pass of ['first', 'again']) {
      const counted = await readAllPages(readPage, add)
      if (E.isLeft(counted)) return counted
      if (services.size >= counted.right || pass === 'again') break
    }
    return E.right([...services.values()])
  }

// Whatever the API counts: what comes after these is read page by page.
const maxPagesAtOnce = 10_000

/** Gives what the API counted last. */
const readAllPages = async (readPage: ReadPage, add: OnPage): Promise<E.Either<AlaudaError, number>> => {
  const first = await readPage(1)()
  if (E.isLeft(first)) return first
  add(first.right.results)
  const pageSize = first.right.results.length
  const pageCount = pageSize === 0 ? 1 : Math.min(Math.ceil((first.right.count ?? 0) / pageSize), maxPagesAtOnce)

  const others = await Promise.all(
    Array.from({ length: Math.max(0, pageCount - 1) }, async (_, index) => {
      const page = await orEnd(readPage(index + 2))
      if (E.isRight(page)) add(page.right.results)
      return page
    }),
  )
  const failed = others.find(E.isLeft)
  if (failed) return failed

  let last = others.filter(E.isRight).at(-1)?.right ?? first.right
  // For lists that do not say how long they are, or that have grown meanwhile.
  for (let number = 1 + others.length + 1; last.next !== undefined && last.results.length > 0; number++) {
    const page = await orEnd(readPage(number))
    if (E.isLeft(page)) return page
    add(page.right.results)
    last = page.right
  }
  return E.right(last.count ?? 0)
}

// A page that there was a moment ago is not found when the list has become shorter.
const orEnd = async (page: TaskEither<AlaudaError, Page<Service>>): Promise<E.Either<AlaudaError, Page<Service>>> => {
  const result = await page()
  return E.isLeft(result) && result.left._tag === 'HttpError' && result.left.status === 404
    ? E.right({ results: [] })
    : result
}
