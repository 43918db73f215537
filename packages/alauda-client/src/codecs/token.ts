import * as t from 'io-ts'
import { resource } from './resource.js'

/** Characters that can stand in an HTTP header as they are; transports quote what cannot in their errors. */
export const isToken = (value: string): boolean => /^[\x21-\x7e]+$/.test(value)

const TokenText = new t.Type<string, string, unknown>(
  'a token of visible ASCII characters',
  (value): value is string => typeof value === 'string' && isToken(value),
  (input, context) => (typeof input === 'string' && isToken(input) ? t.success(input) : t.failure(input, context)),
  (token) => token,
)

/** What a login answers. The 2015 generation gives the token alone. */
export const Token = resource(
  'Token',
  { token: TokenText },
  { namespace: t.string, username: t.string, email: t.string },
)
export interface Token extends t.TypeOf<typeof Token> {}
