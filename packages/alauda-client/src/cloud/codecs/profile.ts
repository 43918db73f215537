import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'

/** @hidden */
export const Profile = resource(
  'Profile',
  {},
  {
    /** The name to log in with. */
    username: Text,
    /** The account's own namespace, which is its user name or its organization's name. */
    namespace: Text,
    /** The address that the account was opened with. */
    email: Text,
    /** Who is behind it, in words. */
    company: Text,
  },
)

/** Who a token belongs to (`auth/profile`). */
export interface Profile extends t.TypeOf<typeof Profile> {}
