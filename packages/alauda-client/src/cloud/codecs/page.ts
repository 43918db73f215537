import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { isErrorShaped } from './error-shape.js'
import { WholeNumber } from './numeric.js'
import { resource } from './resource.js'

/** One page of a list. Its objects are read one by one: one that cannot be read does not take the page with it. */
export interface Page {
  readonly results: ReadonlyArray<unknown>
  /** How many objects all pages have. */
  readonly count?: number | undefined
  /** Where the next page is; absent on the last one. */
  readonly next?: string | undefined
  /** `count` or `next`, if it came in an unknown shape. */
  readonly unreadable?: ReadonlyArray<string> | undefined
}

const Fields = resource('Page', { results: t.UnknownArray }, { count: WholeNumber, next: t.string, previous: t.string })

/**
 * The page of a list of `item`s.
 *
 * @example
 * page('Service').decode({ count: 1, next: null, previous: null, results: [{ service_name: 'web' }] })
 */
export const page = (item: string): t.Decoder<unknown, Page> => {
  const type: t.Type<Page, unknown, unknown> = new t.Type<Page, unknown, unknown>(
    `Page of ${item}`,
    Fields.is,
    (input, context) =>
      pipe(
        Fields.validate(input, context),
        E.chain((fields) => {
          const isError = fields.results.length === 0 && fields.count === undefined && isErrorShaped(input)
          return isError ? t.failure<Page>(input, context) : t.success<Page>(fields)
        }),
      ),
    t.identity,
  )
  return type
}
