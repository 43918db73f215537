import { type AnswerFault, type ContentsFault, canBefall, type DelayFault, type Fault } from './fault.js'
import { kinds } from './fault-kinds.js'

import { fraction } from './random.js'
import type { Endpoint } from './routes.js'

/** A call, as far as faults are chosen by it. */
export interface FaultCall {
  readonly endpoint: Endpoint
  /** What the service that it names goes by: name and uuid. */
  readonly service: ReadonlyArray<string>
  /** The same for the instance. */
  readonly instance: ReadonlyArray<string>
  /** Of the list. */
  readonly page?: number
  /** Seconds since the epoch. */
  readonly now: number
  /** Absent without one that was issued. */
  readonly token?: IssuedToken
}

export interface IssuedToken {
  readonly value: string
  /** The tokens of an account are numbered from 0. */
  readonly number: number
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

/** A fault, and what it has met so far. */
export interface ArmedFault {
  readonly fault: Fault
  /** Tokens below this number had been issued when it was set. */
  readonly tokensBefore: number
  /** Calls that its selector has met, whether its share took them or not. */
  readonly met: number
  /** Calls that it has struck. */
  readonly struck: number
  /** The calls that a quota has let through in the last minute. */
  readonly passed: ReadonlyArray<{ readonly token: string; readonly at: number }>
}

export const arm = (fault: Fault, tokensBefore: number): ArmedFault => ({
  fault,
  tokensBefore,
  met: 0,
  struck: 0,
  passed: [],
})

/** What befalls one call. */
export interface Chosen {
  readonly delayMs: number
  readonly contents: ReadonlyArray<ContentsFault>
  readonly answer: AnswerFault | undefined
}

/** What befalls the call, and the faults as they are after it. */
export const choose = (
  faults: ReadonlyArray<ArmedFault>,
  call: FaultCall,
): { readonly chosen: Chosen; readonly faults: ReadonlyArray<ArmedFault> } => {
  let delayMs = 0
  const contents: ContentsFault[] = []
  let answer: AnswerFault | undefined

  const strike = (armed: ArmedFault): ArmedFault => {
    const { fault } = armed
    const struck = { ...armed, struck: armed.struck + 1 }
    if (isDelay(fault)) {
      delayMs += delayOf(fault, armed.met)
      return struck
    }
    if (isContents(fault)) {
      contents.push(fault)
      return struck
    }
    if (fault.kind === 'quota') {
      const { passed, retryAfter } = countIn(armed, fault.callsPerMinute, call)
      if (retryAfter === undefined) return { ...armed, passed }
      if (answer !== undefined) return armed
      answer = { kind: 'too-many-requests', retryAfter }
      return struck
    }
    if (answer !== undefined) return armed
    answer = fault
    return struck
  }

  const after = faults.map((armed) => {
    if (!meets(armed, call)) return armed
    const struck = isDue(armed) ? strike(armed) : armed
    return { ...struck, met: armed.met + 1 }
  })
  return { chosen: { delayMs, contents, answer }, faults: after }
}

/** Whether a token would be refused at `now`. */
export const isRevoked = (faults: ReadonlyArray<ArmedFault>, token: IssuedToken, now: number): boolean =>
  faults.some((armed) => armed.fault.kind === 'token-revoked' && isOn(armed.fault, now) && revokes(armed, token))

const isOn = ({ from, until }: Fault, now: number): boolean =>
  (from === undefined || now >= from) && (until === undefined || now < until)

const revokes = ({ fault, tokensBefore }: ArmedFault, token: IssuedToken): boolean =>
  fault.from === undefined ? token.number < tokensBefore : token.issuedAt < fault.from

/** Whether the call is one that the fault is about. */
const meets = (armed: ArmedFault, call: FaultCall): boolean => {
  const { fault } = armed
  if (!isOn(fault, call.now) || !canBefall(fault.kind, call.endpoint)) return false
  if (fault.endpoint !== undefined && fault.endpoint !== call.endpoint) return false
  if (fault.page !== undefined && fault.page !== call.page) return false
  if (fault.kind === 'churn') return (call.page ?? 1) > 1
  // A duplicate's service and instance say what is doubled: calls that name neither, as the list's, show it too.
  if (isContents(fault)) return true
  if (fault.service !== undefined && !call.service.includes(fault.service)) return false
  if (fault.instance !== undefined && !call.instance.includes(fault.instance)) return false
  if (fault.kind === 'token-revoked') return call.token !== undefined && revokes(armed, call.token)
  return fault.kind !== 'quota' || call.token !== undefined
}

/** Whether the fault's share takes the next call that it meets, and its times are not used up. */
const isDue = ({ fault, met, struck }: ArmedFault): boolean =>
  (fault.times === undefined || struck < fault.times) &&
  (fault.share === undefined || fraction(keyOf(fault, 'share', met)) < fault.share)

/** Each fault draws for itself, whatever else is in the list and in whatever order its fields were written. */
const keyOf = (fault: Fault, what: string, number: number): (string | number)[] => [
  fault.seed ?? 0,
  JSON.stringify(Object.entries(fault).sort(([a], [b]) => (a < b ? -1 : 1))),
  what,
  number,
]

const isDelay = (fault: Fault): fault is DelayFault => kinds[fault.kind].effect === 'delay'

const isContents = (fault: Fault): fault is ContentsFault => kinds[fault.kind].effect === 'contents'

const delayOf = (fault: DelayFault, number: number): number => {
  if (fault.kind === 'delay') return fault.ms
  const { medianMs, maxMs = 60_000, tail = 1.5 } = fault
  const least = medianMs / 2 ** (1 / tail)
  const pareto = least / (1 - fraction(keyOf(fault, 'delay', number))) ** (1 / tail)
  return Math.min(maxMs, pareto)
}

const minute = 60

/** A quota after one more call; `retryAfter` (seconds) when the call is beyond it. */
const countIn = (
  { passed }: ArmedFault,
  callsPerMinute: number,
  { token, now }: FaultCall,
): { readonly passed: ArmedFault['passed']; readonly retryAfter?: number } => {
  const recent = passed.filter(({ at }) => at > now - minute)
  const value = token?.value ?? ''
  const ofToken = recent.filter((call) => call.token === value)
  if (ofToken.length < callsPerMinute) return { passed: [...recent, { token: value, at: now }] }
  const oldest = ofToken.at(-callsPerMinute)?.at ?? now
  return { passed: recent, retryAfter: Math.max(1, Math.ceil(oldest + minute - now)) }
}
