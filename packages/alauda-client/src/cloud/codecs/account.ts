import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text, Timestamp, text } from './scalars.js'

/** Characters that can stand in an HTTP header as they are; transports quote what cannot in their errors. */
export const isToken = (value: string): boolean => /^[\x21-\x7e]+$/.test(value)

// Each call carries it in a header, of which servers take some kilobytes.
const longestToken = 16_384

/** @hidden */
export const Token = resource(
  'Token',
  {
    /** A secret: it stands for the password until it ends. When that is, the API does not say. */
    token: text('a token of visible ASCII characters', (token) => token.length <= longestToken && isToken(token)),
  },
  {
    /** The account's own namespace. */
    namespace: Text,
    /** The name that was logged in with. */
    username: Text,
    /** The address that the account was opened with. */
    email: Text,
  },
)

/** What a login answers (`generate-api-token/`). The 2015 generation of the API gives the token alone. */
export interface Token extends t.TypeOf<typeof Token> {}

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
