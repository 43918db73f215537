import { kinds, selectorRules } from './fault-kinds.js'
import { brokenRules, isNumber, isObject, type JsonObject, type Ruled, type Rules } from './json.js'
import { type Endpoint, endpoints } from './routes.js'

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

/** Faults that only take time; several for one call add up. */
export type DelayFault = Extract<Fault, { readonly kind: 'delay' | 'heavy-tailed-delay' }>

/** Faults in the cloud's contents; several for one call all apply. */
export type ContentsFault = Extract<Fault, { readonly kind: 'churn' | 'duplicate-service' | 'duplicate-instance' }>

/** Faults in how a call is answered; the first in the list that affects a call applies. */
export type AnswerFault = Exclude<Fault, DelayFault | ContentsFault | { readonly kind: 'quota' }>

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
export type Fault = {
  [Kind in FaultKind]: FaultSelector & {
    /** What goes wrong. */
    readonly kind: Kind
  } & FaultFields[Kind]
}[FaultKind]

const isKind = (value: unknown): value is FaultKind => typeof value === 'string' && Object.hasOwn(kinds, value)

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
export const canAffect = (kind: FaultKind, endpoint: Endpoint): boolean => kinds[kind].calls.includes(endpoint)

/** The valid faults of a JSON list, and everything that is wrong with the others, a sentence each. */
export const decodeFaults = (value: unknown) => {
  if (!Array.isArray(value)) return { faults: [], wrong: ['It must be a list of faults.'] }
  const items: ReadonlyArray<unknown> = value
  const wrong = items.flatMap((item, index) => wrongWith(item).map((what) => `faults[${index}]${what}.`))
  return { faults: items.filter(isFault), wrong }
}

const isFault = (value: unknown): value is Fault => wrongWith(value).length === 0

const wrongWith = (value: unknown): ReadonlyArray<string> => {
  if (!isObject(value)) return [' must be an object']
  const { kind, ...fields } = value
  if (!isKind(kind)) return [`.kind must be one of ${FAULT_KINDS.join(', ')}`]
  const rules: Rules = { ...selectorRules, ...kinds[kind].fields }
  const unknown = Object.keys(fields).filter((field) => !Object.hasOwn(rules, field))
  const broken = brokenRules(rules, fields)
  return [
    ...unknown.map((field) => `.${field}: a fault of the kind ${kind} has no such field`),
    ...broken.map((what) => `.${what}`),
    ...(broken.length > 0 ? [] : contradictionsIn(kind, fields)),
  ]
}

/** Fields that are valid one by one, but together never match a call. */
const contradictionsIn = (kind: FaultKind, fields: JsonObject): ReadonlyArray<string> => {
  const { page, from, until, medianMs, maxMs } = fields
  const endpoint = endpoints.find((one) => one === fields.endpoint)
  const cannotAffect = endpoint !== undefined && !canAffect(kind, endpoint)
  const hasNoPages = !canAffect(kind, 'listServices') || (endpoint !== undefined && endpoint !== 'listServices')
  return [
    ...(cannotAffect ? [`.endpoint: a fault of the kind ${kind} never affects ${endpoint}`] : []),
    ...(page !== undefined && hasNoPages ? ['.page: only listServices has pages'] : []),
    ...(kind === 'churn' && page === 1 ? ['.page must be above 1: churn comes after the first page'] : []),
    ...(isNumber(from) && isNumber(until) && from >= until ? ['.until must be after from'] : []),
    ...(isNumber(medianMs) && isNumber(maxMs) && medianMs > maxMs ? ['.maxMs must not be below medianMs'] : []),
  ]
}
