import * as E from 'fp-ts/lib/Either.js'
import { durationOrZeroUpToDays, longestWaitDays } from '../settings/duration.js'
import { onOff, wholeNumber } from '../settings/format.js'
import type { FaultAt, Keys } from './keys.js'
import { textOf } from './keys.js'

/** At most `burst` requests at once, and then one in each `intervalMs`. */
export interface RateLimit {
  readonly intervalMs: number
  readonly burst: number
}

// The headers that the toolkit knows; it holds two of them to these values.
const headerValues: Readonly<Record<string, ReadonlyArray<string>>> = {
  'Content-Security-Policy': [],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': [],
  'Strict-Transport-Security': [],
}

/** Reads `http_server_config`: the headers for all answers. */
export const readHeaders = (keys: Keys): Readonly<Record<string, string>> => {
  // A server that speaks HTTP/1.1 alone keeps to both values.
  keys.value('http2', onOff)
  const names = Object.keys(headerValues)
  const headers = keys.map('headers', names)
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.value(name, { parse: headerFormat(headerValues[name] ?? []), schema: {} })
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

const headerFormat =
  (allowed: ReadonlyArray<string>) =>
  (given: string): E.Either<string, string> => {
    if (given === '') return E.right(given)
    if (allowed.length > 0 && !allowed.includes(given)) return E.left(`must be ${allowed.join(' or ')}`)
    // A line break would begin another header.
    return /^[\x20-\x7e]+$/.test(given) ? E.right(given) : E.left('must be one line of ASCII characters')
  }

// Beyond this a single login takes many seconds.
const highestCost = 16

/** Reads `basic_auth_users`: names and the bcrypt hashes of their passwords. Neither stands in a fault. */
export const readUsers = (keys: Keys, faultAt: FaultAt): ReadonlyMap<string, string> => {
  const path = 'basic_auth_users'
  const users = new Map<string, string>()
  for (const { key, at, value } of keys.entries(path, 'names and bcrypt hashes')) {
    const fault = nameFault(key, users)
    if (fault !== undefined) faultAt(at, path, fault)
    const hash = E.chain(bcryptHash)(textOf(value))
    if (E.isLeft(hash)) faultAt(value.at, path, hash.left)
    else users.set(key ?? '', hash.right)
  }
  return users
}

const nameFault = (name: string | undefined, users: ReadonlyMap<string, string>): string | undefined => {
  if (name === undefined) return 'the name of a user must be a single value'
  if (name === '') return 'the name of a user must not be empty'
  if (name.includes(':')) return 'the name of a user must not have a colon in it, such a user could not log in'
  return users.has(name) ? 'a user of this name is given twice' : undefined
}

const bcryptHash = (given: string): E.Either<string, string> => {
  const [, cost] = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.exec(given) ?? []
  if (cost === undefined)
    return E.left('the password of a user must be a bcrypt hash, like $2y$10$ and 53 characters more')
  return Number(cost) > highestCost
    ? E.left(`the cost of a bcrypt hash must be at most ${highestCost}, else a login takes too long`)
    : E.right(given)
}

const interval = durationOrZeroUpToDays(longestWaitDays)

/** Reads `rate_limit`; absent for no limit. */
export const readRateLimit = (keys: Keys): RateLimit | undefined => {
  const intervalMs = keys.value('interval', interval)
  const burst = keys.value('burst', wholeNumber)
  if (intervalMs === undefined || intervalMs === 0) return undefined
  if (!keys.has('burst')) keys.fault('burst', 'is needed with interval')
  if (burst === 0) keys.fault('burst', 'must be at least 1 with interval, else nobody is answered')
  return burst === undefined || burst === 0 ? undefined : { intervalMs, burst }
}
