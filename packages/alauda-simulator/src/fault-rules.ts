/** A check of a field, and the words for what it expects. */
export interface Rule<Value> {
  readonly expected: string
  readonly accepts: (value: unknown) => value is Value
  readonly required?: true
}

export interface RequiredRule<Value> extends Rule<Value> {
  readonly required: true
}

/** The rules of an object's fields. */
export type Rules = Readonly<Record<string, Rule<unknown>>>

type ValueOf<OneRule> = OneRule extends Rule<infer Value> ? Value : never

/** An object whose fields follow the rules. */
export type Ruled<Of extends Rules> = {
  readonly [Field in keyof Of as Of[Field] extends RequiredRule<unknown> ? Field : never]: ValueOf<Of[Field]>
} & {
  readonly [Field in keyof Of as Of[Field] extends RequiredRule<unknown> ? never : Field]?: ValueOf<Of[Field]>
}

export const required = <Value>(rule: Rule<Value>): RequiredRule<Value> => ({ ...rule, required: true })

const rule = <Value>(expected: string, accepts: (value: unknown) => value is Value): Rule<Value> => ({
  expected,
  accepts,
})

const isText = (value: unknown): value is string => typeof value === 'string'
const isName = (value: unknown): value is string => isText(value) && value !== ''
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isNames = (value: unknown): value is ReadonlyArray<string> => Array.isArray(value) && value.every(isName)
const isUrl = (value: unknown): value is string => isText(value) && /^https?:\/\//.test(value) && URL.canParse(value)

export const text = rule('a text', isText)
export const name = rule('a name', isName)
export const names = rule('a list of names', isNames)
export const flag = rule('true or false', isFlag)
export const anyNumber = rule('a number', isNumber)
export const anyJson = rule('any JSON', (_value): _value is unknown => true)
export const httpUrl = rule('a URL such as http://127.0.0.1:8080/v1/', isUrl)

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
