import type { ExecutionContext } from 'ava'
import { articleWorld, type Simulator, type SimulatorOptions, startSimulator } from '../src/index.js'

export const startTime = 1_800_000_000

/** A simulator whose clock stands still until it is moved, and a client of it that has logged in. */
export interface OpenCloud {
  readonly cloud: Simulator
  readonly token: string
  /** Seconds since the epoch. */
  now(): number
  pass(seconds: number): void
  call(method: string, path: string, body?: unknown): Promise<Response>
  get(path: string): Promise<unknown>
}

/** Opens a cloud for one test; it is closed when the test ends. */
export const openCloud = async (t: ExecutionContext, options: SimulatorOptions = {}): Promise<OpenCloud> => {
  let now = startTime
  const world = options.world ?? articleWorld({ origin: startTime })
  const cloud = await startSimulator({ world, clock: { now: () => now * 1000 }, ...options })
  t.teardown(() => cloud.close())
  const { username = 'demo', password = 'demo' } = options
  const login = await fetch(`${cloud.url}generate-api-token/`, {
    method: 'POST',
    body: new URLSearchParams({ username, password }),
  })
  const token = String(field(await login.json(), 'token'))
  const call = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(new URL(path, cloud.url), {
      method,
      redirect: 'error',
      headers: { Authorization: `Token ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    cloud,
    token,
    now: () => now,
    pass: (seconds) => {
      now += seconds
    },
    call,
    get: async (path) => {
      const response = await call('GET', path)
      t.is(response.status, 200, path)
      return response.json()
    },
  }
}

/** A field of a JSON object; undefined when there is none. */
export const field = (value: unknown, name: string): unknown => {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

/** A JSON array's elements, or those of one of an object's fields. */
export const items = (value: unknown, name?: string): unknown[] => {
  const list = name === undefined ? value : field(value, name)
  if (!Array.isArray(list)) throw new Error(`Not a list: ${JSON.stringify(value).slice(0, 200)}`)
  return list
}
