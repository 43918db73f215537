import * as t from 'io-ts'
import { resource } from './resource.js'

/** Characters that can stand in an HTTP header as they are; transports quote what cannot in their errors. */
export const isToken = (value: string): boolean => /^[\x21-\x7e]+$/.test(value)

// Each call carries it in a header, of which servers take some kilobytes.
const longestToken = 16_384

const isTokenText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestToken && isToken(value)

const TokenText = new t.Type<string, string, unknown>(
  'a token of visible ASCII characters',
  isTokenText,
  (input, context) => (isTokenText(input) ? t.success(input) : t.failure(input, context)),
  (token) => token,
)

/** @hidden */
export const Token = resource(
  'Token',
  {
    /** A secret: it stands for the password until it ends. When that is, the API does not say. */
    token: TokenText,
  },
  {
    /** The account's own namespace. */
    namespace: t.string,
    /** The name that was logged in with. */
    username: t.string,
    /** The address that the account was opened with. */
    email: t.string,
  },
)

/** What a login answers (`generate-api-token/`). The 2015 generation of the API gives the token alone. */
export interface Token extends t.TypeOf<typeof Token> {}
