import { type AnswerFault, type ContentsFault, canAffect, type DelayFault, type Fault } from './fault.js'
import { fraction, type Key } from './random.js'
import type { Endpoint } from './routes.js'

/** What faults see of a call. */
export interface FaultCall {
  readonly endpoint: Endpoint
  /** Name and uuid of the service in its path. */
  readonly service: ReadonlyArray<string>
  /** Name and uuid of the instance in its path. */
  readonly instance: ReadonlyArray<string>
  /** The page of the list. */
  readonly page?: number | undefined
  /** Seconds since the epoch. */
  readonly now: number
  /** Absent unless the cloud issued it. */
  readonly token?: IssuedToken | undefined
}

export interface IssuedToken {
  readonly value: string
  /** From 0. */
  readonly number: number
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

/** A fault and its counters. */
export type ArmedFault = ReturnType<typeof arm>

export const arm = (fault: Fault, tokensBefore: number) => {
  /** Calls that a quota passed in the last minute. */
  const passed: ReadonlyArray<{ readonly token: string; readonly at: number }> = []
  return {
    fault,
    /** Number of tokens issued before the fault was set. */
    tokensBefore,
    /** Calls that matched its selector, inside its share or not. */
    matched: 0,
    /** Calls that it affected. */
    affected: 0,
    passed,
  }
}

/** The faults of one call. */
export type Chosen = ReturnType<typeof choose>

/** The faults of the call, which count it. */
export const choose = (faults: ReadonlyArray<ArmedFault>, call: FaultCall) => {
  let delayMs = 0
  const contents: ContentsFault[] = []
  let answer: AnswerFault | undefined

  /** Whether the fault affects the call. */
  const affects = (armed: ArmedFault): boolean => {
    const { fault, matched } = armed
    switch (fault.kind) {
      case 'delay':
      case 'heavy-tailed-delay':
        delayMs += delayOf(fault, matched)
        return true
      case 'churn':
      case 'duplicate-service':
      case 'duplicate-instance':
        contents.push(fault)
        return true
    }
    const possible = fault.kind === 'quota' ? overQuota(armed, fault.callsPerMinute, call) : fault
    if (possible === undefined || answer !== undefined) return false
    answer = possible
    return true
  }

  for (const armed of faults.filter((candidate) => matches(candidate, call))) {
    if (isDue(armed) && affects(armed)) armed.affected += 1
    armed.matched += 1
  }
  return { delayMs, contents, answer }
}

/** Whether a token is revoked at `now`. */
export const isRevoked = (faults: ReadonlyArray<ArmedFault>, token: IssuedToken, now: number): boolean =>
  faults.some((armed) => armed.fault.kind === 'token-revoked' && isOn(armed.fault, now) && revokes(armed, token))

const isOn = ({ from, until }: Fault, now: number): boolean =>
  (from === undefined || now >= from) && (until === undefined || now < until)

const revokes = ({ fault, tokensBefore }: ArmedFault, token: IssuedToken): boolean =>
  fault.from === undefined ? token.number < tokensBefore : token.issuedAt < fault.from

/** Whether the call matches the fault. */
const matches = (armed: ArmedFault, call: FaultCall): boolean => {
  const { fault } = armed
  if (!isOn(fault, call.now) || !canAffect(fault.kind, call.endpoint)) return false
  if (fault.endpoint !== undefined && fault.endpoint !== call.endpoint) return false
  if (fault.page !== undefined && fault.page !== call.page) return false
  if (fault.kind === 'churn') return (call.page ?? 1) > 1
  // A duplicate's service and instance select what to duplicate: the list, which names neither, shows it too.
  if (fault.kind === 'duplicate-service' || fault.kind === 'duplicate-instance') return true
  if (fault.service !== undefined && !call.service.includes(fault.service)) return false
  if (fault.instance !== undefined && !call.instance.includes(fault.instance)) return false
  if (fault.kind === 'token-revoked') return call.token !== undefined && revokes(armed, call.token)
  return fault.kind !== 'quota' || call.token !== undefined
}

/** Whether the next matching call is within the fault's share and times. */
const isDue = ({ fault, matched, affected }: ArmedFault): boolean =>
  (fault.times === undefined || affected < fault.times) &&
  (fault.share === undefined || fraction(keyOf(fault, 'share', matched)) < fault.share)

/** Each fault draws independently of other faults and of the order of its fields. */
const keyOf = (fault: Fault, what: string, number: number): Key => [
  fault.seed ?? 0,
  JSON.stringify(Object.entries(fault).sort(([a], [b]) => (a < b ? -1 : 1))),
  what,
  number,
]

const delayOf = (fault: DelayFault, number: number): number => {
  if (fault.kind === 'delay') return fault.ms
  const { medianMs, maxMs = 60_000, tail = 1.5 } = fault
  const least = medianMs / 2 ** (1 / tail)
  const pareto = least / (1 - fraction(keyOf(fault, 'delay', number))) ** (1 / tail)
  return Math.min(maxMs, pareto)
}

const minute = 60

/** Counts the call in its token's quota; the answer if the call exceeds it. */
const overQuota = (armed: ArmedFault, callsPerMinute: number, { token, now }: FaultCall): AnswerFault | undefined => {
  armed.passed = armed.passed.filter(({ at }) => at > now - minute)
  const value = token?.value ?? ''
  const oldest = armed.passed.filter((call) => call.token === value).at(-callsPerMinute)
  if (oldest !== undefined) {
    return { kind: 'too-many-requests', retryAfter: Math.max(1, Math.ceil(oldest.at + minute - now)) }
  }
  armed.passed = [...armed.passed, { token: value, at: now }]
  return undefined
}
