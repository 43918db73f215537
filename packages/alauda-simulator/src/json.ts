export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The parsed value, or undefined for invalid JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not a JSON value: callers report it
  }
}

/** A check of a field, and the words for what it expects. */
export interface Rule<Value> {
  readonly expected: string
  readonly accepts: (value: unknown) => value is Value
  readonly required?: true
}

type RequiredRule<Value> = Rule<Value> & { readonly required: true }

/** The rules of an object's fields. */
export type Rules = Readonly<Record<string, Rule<unknown>>>

type ValueOf<OneRule> = OneRule extends Rule<infer Value> ? Value : never

/** An object whose fields follow the rules. */
export type Ruled<Of extends Rules> = {
  readonly [Field in keyof Of as Of[Field] extends RequiredRule<unknown> ? Field : never]: ValueOf<Of[Field]>
} & {
  readonly [Field in keyof Of as Of[Field] extends RequiredRule<unknown> ? never : Field]?: ValueOf<Of[Field]>
}

/** What is wrong with the fields that have a rule: a sentence each, without its full stop. */
export const brokenRules = (rules: Rules, fields: JsonObject): ReadonlyArray<string> =>
  Object.entries(rules)
    .filter(([field, rule]) => (fields[field] === undefined ? rule.required : !rule.accepts(fields[field])))
    .map(([field, { expected }]) => `${field} must be ${expected}`)

export const follows = <Of extends Rules>(rules: Of, value: unknown): value is Ruled<Of> =>
  isObject(value) && brokenRules(rules, value).length === 0

export const required = <Value>(rule: Rule<Value>): RequiredRule<Value> => ({ ...rule, required: true })

const rule = <Value>(expected: string, accepts: (value: unknown) => value is Value): Rule<Value> => ({
  expected,
  accepts,
})

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isUrl = (value: unknown): value is string => isName(value) && /^https?:\/\//.test(value) && URL.canParse(value)
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

export const text = rule('a text', (value) => typeof value === 'string')
export const name = rule('a name', isName)
export const names = rule(
  'a list of names',
  (value): value is ReadonlyArray<string> => Array.isArray(value) && value.every(isName),
)
export const flag = rule('true or false', (value) => typeof value === 'boolean')
export const anyNumber = rule('a number', isNumber)
export const aboveZero = rule('a number above 0', (value): value is number => isNumber(value) && value > 0)
export const anyJson = rule('any JSON', (_value): _value is unknown => true)
export const httpUrl = rule('a URL such as http://127.0.0.1:8080/v1/', isUrl)

export const texts = rule(
  'an object of texts',
  (value): value is Readonly<Record<string, string>> => isObject(value) && Object.values(value).every(text.accepts),
)

export const objectOf = <Of extends Rules>(rules: Of): Rule<Ruled<Of>> => {
  const fields = Object.entries(rules).map(([field, { expected }]) => `${field} (${expected})`)
  return rule(`an object with ${fields.join(', ')}`, (value): value is Ruled<Of> => follows(rules, value))
}

export const listOf = <Item>(item: Rule<Item>): Rule<ReadonlyArray<Item>> =>
  rule(
    `a list, each item ${item.expected}`,
    (value): value is ReadonlyArray<Item> => Array.isArray(value) && value.every(item.accepts),
  )

export const oneOf = <const Value>(...values: ReadonlyArray<Value>): Rule<Value> =>
  rule(`one of ${values.join(', ')}`, (value): value is Value => values.some((candidate) => candidate === value))

const within = (what: string, min: number, max: number, isKind: (value: number) => boolean): Rule<number> =>
  rule(
    max === Number.POSITIVE_INFINITY ? `${what} from ${min}` : `${what} from ${min} to ${max}`,
    (value): value is number => isNumber(value) && isKind(value) && value >= min && value <= max,
  )

export const numberFrom = (min: number, max = Number.POSITIVE_INFINITY): Rule<number> =>
  within('a number', min, max, () => true)

export const wholeFrom = (min: number, max = Number.POSITIVE_INFINITY): Rule<number> =>
  within('a whole number', min, max, Number.isSafeInteger)
