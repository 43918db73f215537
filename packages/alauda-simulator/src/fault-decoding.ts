import type { Fault, FaultKind, FaultSelector } from './fault.js'
import { canBefall } from './fault-scope.js'
import { isObject, type JsonObject } from './json.js'
import { endpoints, isEndpoint } from './routes.js'

/** What a field must be. */
interface Rule {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly required?: boolean
}

type FieldsOf<Kind extends FaultKind, OneFault = Fault> = OneFault extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? Exclude<keyof OneFault, 'kind' | keyof FaultSelector>
    : never
  : never

const numberFrom = (least: number, most = Number.POSITIVE_INFINITY): Rule => ({
  expected: most === Number.POSITIVE_INFINITY ? `a number from ${least}` : `a number from ${least} to ${most}`,
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most,
})
const anyNumber: Rule = {
  expected: 'a number',
  accepts: (value) => typeof value === 'number' && Number.isFinite(value),
}
const wholeFrom = (least: number, most = Number.MAX_SAFE_INTEGER): Rule => ({
  expected:
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
  accepts: (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
})
const name: Rule = { expected: 'a name', accepts: (value) => typeof value === 'string' && value !== '' }
const names: Rule = {
  expected: 'a list of names',
  accepts: (value) => Array.isArray(value) && value.every((item) => name.accepts(item)),
}
const text: Rule = { expected: 'a text', accepts: (value) => typeof value === 'string' }
const anyJson: Rule = { expected: 'any JSON', accepts: () => true }
const flag: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' }
const oneOf = (...values: ReadonlyArray<string | number>): Rule => ({
  expected: `one of ${values.join(', ')}`,
  accepts: (value) => values.some((candidate) => candidate === value),
})
const httpUrl: Rule = {
  expected: 'a URL such as http://127.0.0.1:8080/v1/',
  accepts: (value) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
}
const required = (rule: Rule): Rule => ({ ...rule, required: true })

const hourMs = 3_600_000
const year = 366 * 86_400

/** A clock or a start may be off by a year at most, which keeps every date one that can be written. */
const offset: Rule = required(numberFrom(-year, year))

const selector: Readonly<Record<keyof FaultSelector, Rule>> = {
  endpoint: oneOf(...endpoints),
  service: name,
  instance: name,
  page: wholeFrom(1),
  share: numberFrom(0, 1),
  seed: wholeFrom(0),
  from: numberFrom(0),
  until: numberFrom(0),
  times: wholeFrom(1),
}

const comeBackLater = { retryAfter: numberFrom(0, year), retryAfterAs: oneOf('seconds', 'date') }
const duplicate = { startedAfter: offset }

/** The compiler sees to it that no field of any kind is forgotten here. */
const kinds: { readonly [Kind in FaultKind]: Readonly<Record<FieldsOf<Kind>, Rule>> } = {
  delay: { ms: required(numberFrom(0, hourMs)) },
  'heavy-tailed-delay': {
    medianMs: required(numberFrom(0, hourMs)),
    maxMs: numberFrom(0, hourMs),
    tail: numberFrom(0.1, 100),
  },
  hang: {},
  reset: { chunked: flag },
  'truncated-json': {},
  'html-page': { status: wholeFrom(200, 599) },
  answer: { status: wholeFrom(200, 599), text, contentType: name },
  padded: { bytes: wholeFrom(0), gzip: flag },
  'server-error': {},
  'too-many-requests': comeBackLater,
  unavailable: comeBackLater,
  'token-revoked': {},
  forbidden: {},
  'login-refused': {},
  'empty-body': {},
  'no-points': {},
  'null-values': { columns: names },
  'replaced-values': { columns: required(names), value: required(anyJson), newest: flag },
  'wrong-count': { count: required(anyNumber) },
  'repeated-page': {},
  'late-points': { seconds: required(numberFrom(0, year)) },
  'instance-gone': {},
  churn: { deletes: names, creates: names },
  'duplicate-service': duplicate,
  'duplicate-instance': duplicate,
  'wrong-clock': { seconds: offset },
  gzip: { chunked: flag },
  chunked: {},
  redirect: { to: required(httpUrl), status: oneOf(301, 302, 303, 307, 308) },
  quota: { callsPerMinute: required(wholeFrom(1)) },
}

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

export type DecodedFaults =
  | { readonly kind: 'faults'; readonly faults: ReadonlyArray<Fault> }
  | { readonly kind: 'wrong'; readonly wrong: ReadonlyArray<string> }

/** The faults that a JSON value lists, or all that is wrong with it, each in a sentence that says where. */
export const decodeFaults = (value: unknown): DecodedFaults => {
  if (!Array.isArray(value)) return { kind: 'wrong', wrong: ['It must be a list of faults.'] }
  const items: ReadonlyArray<unknown> = value
  const wrong = items.flatMap((item, index) => wrongWith(item).map((what) => `faults[${index}]${what}.`))
  // Checked already: this only tells the compiler, one fault at a time.
  return wrong.length > 0 ? { kind: 'wrong', wrong } : { kind: 'faults', faults: items.filter(isFault) }
}

const isFault = (value: unknown): value is Fault => wrongWith(value).length === 0

const wrongWith = (value: unknown): string[] => {
  if (!isObject(value)) return [' must be an object']
  const { kind, ...fields } = value
  if (!isKind(kind)) return [`.kind must be one of ${FAULT_KINDS.join(', ')}`]
  const rules: Readonly<Record<string, Rule>> = { ...selector, ...kinds[kind] }
  const unknown = Object.keys(fields).filter((field) => !Object.hasOwn(rules, field))
  const broken = Object.entries(rules).filter(([field, rule]) =>
    fields[field] === undefined ? rule.required : !rule.accepts(fields[field]),
  )
  return [
    ...unknown.map((field) => `.${field}: a fault of the kind ${kind} has no such field`),
    ...broken.map(([field, { expected }]) => `.${field} must be ${expected}`),
    ...(broken.length > 0 ? [] : contradictionsIn(kind, fields)),
  ]
}

/** What would never strike, though each field for itself is right. */
const contradictionsIn = (kind: FaultKind, { endpoint, page, from, until, medianMs, maxMs }: JsonObject): string[] => {
  const paged = page !== undefined
  const wrong: string[] = []
  if (isEndpoint(endpoint) && !canBefall(kind, endpoint)) {
    wrong.push(`.endpoint: a fault of the kind ${kind} never befalls ${endpoint}`)
  }
  if (paged && (!canBefall(kind, 'listServices') || (endpoint !== undefined && endpoint !== 'listServices'))) {
    wrong.push('.page: only listServices has pages')
  }
  if (kind === 'churn' && page === 1) wrong.push('.page must be above 1: churn comes after the first page')
  if (isAbove(from, until, true)) wrong.push('.until must be after from')
  if (isAbove(medianMs, maxMs, false)) wrong.push('.maxMs must not be below medianMs')
  return wrong
}

const isAbove = (a: unknown, b: unknown, orEqual: boolean): boolean =>
  typeof a === 'number' && typeof b === 'number' && (a > b || (orEqual && a === b))
