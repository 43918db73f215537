import * as t from 'io-ts'
import { Numeric } from './numeric.js'
import { resource } from './resource.js'

/**
 * One page of a list. `count` is the number of objects on all pages.
 *
 * @example
 * page(Service).decode({ count: 1, next: null, previous: null, results: [{ service_name: 'web' }] })
 */
export const page = <C extends t.Mixed>(item: C) =>
  resource(`Page of ${item.name}`, { results: t.array(item) }, { count: Numeric, next: t.string, previous: t.string })

export interface Page<A> {
  readonly results: ReadonlyArray<A>
  readonly count?: number
  /** Where the next page is; absent on the last one. */
  readonly next?: string
}
