import { createHmac, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { createFairQueue } from './fair-queue.js'
import { type HttpRequest, type HttpResponse, type Middleware, plainText } from './handler.js'

/** Whether a password matches a bcrypt hash; rejects if the comparison fails. */
export type Compare = (password: string, hash: string) => Promise<boolean>

export interface BasicAuthOptions {
  /** Whether a password matches a bcrypt hash. Default: in a thread of its own. */
  readonly compare?: Compare
  /** Maximum passwords that wait for a comparison; beyond it the address that sends most is answered 503. */
  readonly maxWaiting?: number
}

interface Given {
  readonly address: string
  readonly user: string
  readonly password: string
}

/**
 * Requires the name and password of a user, and answers 401 without them. Without users it accepts every request.
 *
 * Comparisons are slow on purpose, so their results are remembered, by a hash with a random key: memory contains neither passwords nor
 * anything to guess them from.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7617
 * @example
 * authenticated(() => new Map([['demo', '$2y$10$…']]))(handler)
 */
export const authenticated = (
  users: () => ReadonlyMap<string, string>,
  { compare = createPasswordWorker(), maxWaiting = 32 }: BasicAuthOptions = {},
): Middleware => {
  const keyOf = keyedHash()
  // Separate, so that wrong guesses never displace the right ones.
  const right = recentKeys(100)
  const wrong = recentKeys(100)
  const underWay = new Map<string, Promise<boolean | undefined>>()
  const inTurn = createFairQueue(maxWaiting)

  /** Undefined if the password could not be compared. That is not remembered. */
  const isRight = (given: Given, hashes: ReadonlyMap<string, string>): boolean | Promise<boolean | undefined> => {
    const { address, user, password } = given
    const isKnown = hashes.has(user)
    // The response time must not reveal whether a user exists.
    const hash = hashes.get(user) ?? decoyHash(hashes, keyOf(user))
    const key = keyOf(user, password, hash, isKnown ? 'known' : 'unknown')
    const compareInTurn = async () => {
      try {
        const isSame = await inTurn(address, () => compare(password, hash))
        if (isSame !== undefined) (isSame && isKnown ? right : wrong).add(key)
        return isSame && isKnown
      } catch {
        return undefined
      } finally {
        underWay.delete(key)
      }
    }
    if (right.has(key)) return true
    if (wrong.has(key)) return false
    const result = underWay.get(key) ?? compareInTurn()
    underWay.set(key, result)
    return result
  }

  return (next) => async (request) => {
    const hashes = users()
    if (hashes.size === 0) return next(request)
    const given = credentialsOf(request)
    if (given === undefined) return unauthorized
    const answer = await isRight(given, hashes)
    if (answer === undefined) return plainText(503, 'Too many passwords to compare; try again.', { 'retry-after': '1' })
    return answer ? next(request) : unauthorized
  }
}

// The toolkit gives no realm.
const unauthorized: HttpResponse = plainText(401, 'Unauthorized', { 'www-authenticate': 'Basic' })

/** Name and password; undefined unless the header follows RFC 7617, in UTF-8. */
const credentialsOf = ({ headers: { authorization = '' }, address = '' }: HttpRequest): Given | undefined => {
  const [, encoded] = /^basic +((?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?)$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'))
    const colon = text.indexOf(':')
    return colon === -1 ? undefined : { address, user: text.slice(0, colon), password: text.slice(colon + 1) }
  } catch {
    return undefined
  }
}

/** A hash that no password matches, as costly to compare as a user's; the same one for each request of a name. */
const decoyHash = (hashes: ReadonlyMap<string, string>, nameKey: string): string => {
  const all = [...hashes.values()]
  const chosen = all[Buffer.from(nameKey, 'base64').readUInt32BE() % all.length] ?? ''
  const settings = /^\$2[aby]\$\d\d\$/.exec(chosen)?.[0] ?? '$2b$10$'
  return `${settings}${'.'.repeat(53)}`
}

const keyedHash = () => {
  const secret = randomBytes(32)
  return (...parts: ReadonlyArray<string>): string =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64')
}

/** The keys that were used last, at most so many. */
const recentKeys = (most: number) => {
  const keys = new Set<string>()
  const add = (key: string) => {
    keys.delete(key)
    keys.add(key)
    const [oldest] = keys
    if (keys.size > most && oldest !== undefined) keys.delete(oldest)
  }
  const has = (key: string) => {
    if (!keys.has(key)) return false
    add(key)
    return true
  }
  return { add, has }
}

// A script of its own would have another place in the sources than in the package.
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { compareSync } = require(workerData)
parentPort.on('message', ({ password, hash }) => parentPort.postMessage(compareSync(password, hash)))
`

/**
 * Compares passwords in a thread of its own, which starts with the first one: comparisons are slow on purpose, and would block the
 * process. One at a time. It keeps no process alive.
 *
 * @example
 * const compare = createPasswordWorker()
 * await compare('secret', '$2y$10$…') // false
 */
export const createPasswordWorker = (): Compare => {
  let worker: Worker | undefined

  const start = (): Worker => {
    const started = new Worker(program, {
      eval: true,
      workerData: createRequire(import.meta.url).resolve('bcryptjs'),
      execArgv: [],
      env: {},
    })
    const forget = () => {
      if (worker === started) worker = undefined
    }
    started.unref()
    return started.on('error', forget).on('exit', forget)
  }

  return (password, hash) =>
    new Promise((resolve, reject) => {
      worker ??= start()
      const current = worker
      const settle = (finish: () => void) => {
        current.off('message', onMessage).off('error', onError).off('exit', onExit)
        current.unref()
        finish()
      }
      const onMessage = (isSame: unknown) => settle(() => resolve(isSame === true))
      const onError = (cause: unknown) => settle(() => reject(new Error('the password cannot be compared', { cause })))
      const onExit = () => settle(() => reject(new Error('the thread that compares passwords has ended')))
      current.on('message', onMessage).on('error', onError).on('exit', onExit)
      current.ref()
      current.postMessage({ password, hash })
    })
}
