import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

/** @hidden */
export const Organization = resource(
  'Organization',
  {
    /** A namespace: `listServices` takes it. */
    name: Text,
  },
  {
    /** Who is behind it, in words. */
    company: Text,
    /** In seconds since the epoch. */
    created_at: Timestamp,
  },
)

/** An organization whose services the account may see (`orgs/`). */
export interface Organization extends t.TypeOf<typeof Organization> {}
