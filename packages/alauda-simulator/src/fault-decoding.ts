import { canAffect, FAULT_KINDS, type Fault, type FaultKind, isKind } from './fault.js'
import { kinds, selectorRules } from './fault-kinds.js'
import { isNumber, type Rules } from './fault-rules.js'
import { isObject, type JsonObject } from './json.js'
import { endpoints } from './routes.js'

export type DecodedFaults =
  | { readonly kind: 'faults'; readonly faults: ReadonlyArray<Fault> }
  | { readonly kind: 'wrong'; readonly wrong: ReadonlyArray<string> }

/** The faults in a JSON list, or everything that is wrong with them, a sentence each. */
export const decodeFaults = (value: unknown): DecodedFaults => {
  if (!Array.isArray(value)) return { kind: 'wrong', wrong: ['It must be a list of faults.'] }
  const items: ReadonlyArray<unknown> = value
  const wrong = items.flatMap((item, index) => wrongWith(item).map((what) => `faults[${index}]${what}.`))
  return wrong.length > 0 ? { kind: 'wrong', wrong } : { kind: 'faults', faults: items.filter(isFault) }
}

const isFault = (value: unknown): value is Fault => wrongWith(value).length === 0

const wrongWith = (value: unknown): ReadonlyArray<string> => {
  if (!isObject(value)) return [' must be an object']
  const { kind, ...fields } = value
  if (!isKind(kind)) return [`.kind must be one of ${FAULT_KINDS.join(', ')}`]
  const rules: Rules = { ...selectorRules, ...kinds[kind].fields }
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
