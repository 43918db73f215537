import { kinds, type selectorRules } from './fault-kinds.js'
import type { Ruled } from './fault-rules.js'
import type { Endpoint } from './routes.js'

/**
 * Which calls a fault affects: those that match every given field. Without fields, every call.
 * @interface
 */
export type FaultSelector = Ruled<typeof selectorRules>

/** The kind of a {@link Fault}. */
export type FaultKind = keyof typeof kinds

/**
 * The fields of each kind of fault.
 * @interface
 */
export type FaultFields = { readonly [Kind in keyof typeof kinds]: Ruled<(typeof kinds)[Kind]['fields']> }

type FaultWith<Effect> = {
  [Kind in FaultKind]: (typeof kinds)[Kind]['effect'] extends Effect
    ? FaultSelector & {
        /** What goes wrong. */
        readonly kind: Kind
      } & FaultFields[Kind]
    : never
}[FaultKind]

/** Faults that only take time; several for one call add up. */
export type DelayFault = FaultWith<'delay'>

/** Faults in the cloud's contents; several for one call all apply. */
export type ContentsFault = FaultWith<'contents'>

/** Faults in how a call is answered; the first in the list that affects a call applies. */
export type AnswerFault = FaultWith<'answer'>

/**
 * Something that goes wrong, and for which calls: plain data, the same in TypeScript and in JSON.
 *
 * If several affect one call, delays add up, `churn` and duplicates all apply; of all others the first in the list applies.
 * Some kinds affect certain calls only: `login-refused` logins, `no-points`, `null-values`, `replaced-values` and `late-points`
 * metrics, `instance-gone` calls with an instance in the path, `token-revoked` and `quota` all but logins, `wrong-count` and
 * `repeated-page` the list, `churn` its later pages.
 *
 * @example
 * ```ts
 * import { type Fault, startSimulator } from '@alauda-exporter/alauda-simulator'
 *
 * const pageFails: Fault = { kind: 'server-error', endpoint: 'listServices', page: 2 }
 * const flaky: Fault = { kind: 'reset', endpoint: 'getInstanceMetrics', service: 'kibana', share: 0.1 }
 * const outage: Fault = { kind: 'html-page', status: 503, from: 1_800_000_000, until: 1_800_000_180 }
 *
 * const cloud = await startSimulator({ faults: [pageFails, flaky, outage] })
 * await cloud.close()
 * ```
 */
export type Fault = FaultWith<string>

export const isKind = (value: unknown): value is FaultKind => typeof value === 'string' && Object.hasOwn(kinds, value)

/**
 * All kinds of faults.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { FAULT_KINDS } from '@alauda-exporter/alauda-simulator'
 *
 * assert.ok(FAULT_KINDS.includes('wrong-count'))
 * ```
 */
export const FAULT_KINDS: ReadonlyArray<FaultKind> = Object.keys(kinds).filter(isKind)

/** Whether a fault of that kind can affect a call of that endpoint at all. */
export const canAffect = (kind: FaultKind, endpoint: Endpoint): boolean => kinds[kind].affects.includes(endpoint)
