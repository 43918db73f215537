import * as t from 'io-ts'
import { resource } from './resource.js'
import { WholeNumber } from './scalars.js'

/** One page of the list of services. Its objects are read one by one: one that cannot be read does not take the page with it. */
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

export interface Page extends t.TypeOf<typeof Page> {}
