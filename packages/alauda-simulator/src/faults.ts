import { type Account, renewedToken } from './account.js'
import type { Call } from './call.js'
import { decodeFaults, type Fault } from './fault.js'
import { type ArmedFault, arm, choose, type FaultCall, type IssuedToken, isRevoked } from './fault-choice.js'
import { parseJson } from './json.js'
import { type Answer, refuse } from './wire.js'

/** The faults of a running simulator. */
export interface FaultControl {
  /** The current faults, in order. */
  readonly current: ReadonlyArray<Fault>
  /**
   * Replaces the current faults and resets all counters. Calls that hang already keep hanging. Throws a TypeError that lists
   * every invalid field.
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict'
   * import { startSimulator } from '@alauda-exporter/alauda-simulator'
   *
   * const cloud = await startSimulator()
   * cloud.faults.set([{ kind: 'unavailable', retryAfter: 30 }])
   * const answer = await fetch(`${cloud.url}services/demo/`)
   * assert.equal(answer.status, 503)
   * assert.equal(answer.headers.get('retry-after'), '30')
   * await cloud.close()
   * ```
   */
  set(faults: ReadonlyArray<Fault>): void
  /** Removes all faults. */
  clear(): void
}

/** The faults of a simulator, with their counters and the tokens it issued. */
export type Faults = ReturnType<typeof createFaults>

export const createFaults = (account: Account, initial: ReadonlyArray<Fault>) => {
  let armed: ReadonlyArray<ArmedFault> = []
  const tokens: IssuedToken[] = [{ value: account.token, number: 0, issuedAt: Number.NEGATIVE_INFINITY }]

  const set = (faults: ReadonlyArray<Fault>): void => {
    const { wrong } = decodeFaults(faults)
    if (wrong.length > 0) throw new TypeError(wrong.join('\n'))
    armed = structuredClone(faults).map((fault) => arm(fault, tokens.length))
  }
  const issued = ({ authorization }: Call): IssuedToken | undefined =>
    tokens.find(({ value }) => authorization === `Token ${value}`)
  const control: FaultControl = {
    get current() {
      return armed.map(({ fault }) => fault)
    },
    set,
    clear: () => set([]),
  }

  set(initial)
  return {
    control,
    /** The faults of a call. */
    choose: (call: Call) => choose(armed, faultCall(call, issued(call))),
    /** The account with the token that the call must present, or that a login returns. */
    accountFor(call: Call): Account {
      const { route, now } = call
      if (route.endpoint !== 'login') return { ...account, token: issued(call)?.value ?? account.token }
      const valid = tokens.findLast((token) => !isRevoked(armed, token, now))
      if (valid !== undefined) return { ...account, token: valid.value }
      const number = tokens.length
      const value = renewedToken(account, number)
      tokens.push({ value, number, issuedAt: now })
      return { ...account, token: value }
    },
  }
}

/** With the current names of the call's service and instance, and its page of the list. */
const faultCall = ({ route, url, world, now }: Call, token: IssuedToken | undefined): FaultCall => {
  const service = route.service === undefined ? undefined : world.serviceAt(route.service, now)
  const instance = service?.instances.find(({ uuid }) => uuid === route.instance)
  return {
    endpoint: route.endpoint,
    service: [route.service, service?.service_name, service?.uuid].filter((name) => name !== undefined),
    instance: [route.instance, instance?.instance_name].filter((name) => name !== undefined),
    page: route.endpoint === 'listServices' ? Number(url.searchParams.get('page') ?? 1) : undefined,
    now,
    token,
  }
}

/** The answer of `/__faults`, which is not part of the API. */
export const answerControl = (control: FaultControl, method: string, body: Buffer): Answer => {
  if (method === 'GET') return { status: 200, body: control.current }
  if (method === 'DELETE') {
    control.clear()
    return { status: 204 }
  }
  if (method !== 'PUT') throw refuse(405, `Method ${method} not allowed.`, { Allow: 'GET, PUT, DELETE' })
  const value = parseJson(body.toString('utf8'))
  const { faults, wrong } = value === undefined ? { faults: [], wrong: ['The body is not JSON.'] } : decodeFaults(value)
  if (wrong.length > 0) return { status: 400, body: { detail: 'The faults were left as they are.', wrong } }
  control.set(faults)
  return { status: 200, body: control.current }
}
