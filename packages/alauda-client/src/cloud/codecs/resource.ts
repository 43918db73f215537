import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { readItems } from './lists.js'
import { isEmpty } from './structures.js'

/**
 * The codec of an API resource. Without valid `required` fields the whole is invalid. `optional` fields may be null, missing or of an
 * unknown shape, and are then left out; `unreadableFields` names those of an unknown shape and what could not be read below them. All other
 * fields are left out. The API has several forms of an absent value (missing, null, `""`, Python's `"None"`, the JSON text `"null"`);
 * decoded, the field is absent. An object without a known field but with those of an error is not a resource.
 *
 * @example
 * const Instance = resource('Instance', { uuid: t.string }, { started_at: Timestamp })
 * Instance.decode({ uuid: 'a1', started_at: 'None', more: 1 }) // right({ uuid: 'a1' })
 * Instance.decode({ uuid: 'a1', started_at: 'soon' }) // right({ uuid: 'a1', unreadableFields: ['started_at'] })
 */
export const resource = <R extends t.Props, P extends t.Props>(name: string, required: R, optional: P) => {
  const own = t.type(required)
  const fieldsIn = fieldReader(required, optional)
  const all = t.intersection([
    own,
    t.partial(optional),
    t.partial({
      /** Names of the fields that came in an unknown shape and were left out; absent if there are none. */
      unreadableFields,
    }),
  ])
  return new t.Type<t.TypeOf<typeof all>, unknown, unknown>(
    name,
    all.is,
    (input, context) => {
      const record = own.validate(input, context)
      if (E.isLeft(record)) return record
      const fields = fieldsIn(record.right)
      const isError = Object.values(fields).every(isEmptyList) && isErrorShaped(input)
      return !isError && all.is(fields) ? t.success(fields) : t.failure(input, context)
    },
    t.identity,
  )
}

const unreadableFields = t.array(t.string)

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** The API's spellings of "not there". */
export const absentValues: ReadonlySet<unknown> = new Set<unknown>([null, undefined, '', 'None', 'null'])

const sentences = ['detail', 'error', 'errors', 'message', 'non_field_errors', 'exception']

/**
 * Whether an object has the fields of an error: proxies and gateways send some with the status of a success.
 *
 * @example
 * isErrorShaped({ detail: 'Request was throttled.' }) // true
 */
export const isErrorShaped = (input: unknown): boolean =>
  t.UnknownRecord.is(input) &&
  sentences.some((field) => !absentValues.has(input[field]) && input[field] !== false && !isEmpty(input[field]))

const beside = new Set([...sentences, 'code', 'error_code', 'status', 'status_code', 'success', 'request_id', 'type'])

/** Whether an object has nothing but the fields of an error. */
export const isOnlyError = (input: unknown): boolean =>
  t.UnknownRecord.is(input) && isErrorShaped(input) && Object.keys(input).every((field) => beside.has(field))

/** A list within a resource: an object that cannot be read is left out, and named in the resource's `unreadable`. */
class ListOf<Item extends t.Mixed> extends t.Type<Array<t.TypeOf<Item>>, unknown, unknown> {
  readonly item: Item
  readonly most: number
  readonly entries: (input: unknown) => unknown

  constructor(item: Item, most: number, entries: (input: unknown) => unknown) {
    const list = t.array(item)
    super(list.name, list.is, list.validate, list.encode)
    this.item = item
    this.most = most
    this.entries = entries
  }
}

/**
 * A list of which each object is read by itself; one of more than `most` cannot be read: it would take too long. `entries` gives the
 * list from another form of it.
 *
 * @example
 * const Service = resource('Service', { service_name: t.string }, { instances: listOf(Instance, 100) })
 * Service.decode({ service_name: 'web', instances: [{ uuid: null }, { uuid: 'a1' }] })
 * // right({ service_name: 'web', instances: [{ uuid: 'a1' }], unreadableFields: ['instances.0'] })
 */
export const listOf = <Item extends t.Mixed>(
  item: Item,
  most: number,
  entries: (input: unknown) => unknown = t.identity,
) => new ListOf(item, most, entries)

/** What the names of a field in the answers hold. */
type Spellings = Readonly<Record<string, t.Mixed>>

class FirstOf<A> extends t.Type<A, unknown, unknown> {
  readonly spellings: Spellings

  constructor(type: t.Type<A, unknown, unknown>, spellings: Spellings) {
    super(type.name, type.is, type.validate, type.encode)
    this.spellings = spellings
  }
}

/**
 * A field that generations of the API give under several names: the first that can be read counts.
 *
 * @example
 * const Service = resource('Service', { service_name: t.string }, { uuid: firstOf(Uuid, { uuid: Uuid, unique_name: Uuid }) })
 * Service.decode({ service_name: 'web', unique_name: 'a1' }) // right({ service_name: 'web', uuid: 'a1' })
 */
export const firstOf = <A>(type: t.Type<A, unknown, unknown>, spellings: Spellings) => new FirstOf(type, spellings)

const fieldReader = (required: t.Props, optional: t.Props) => {
  const requiredNames = Object.keys(required)
  const spelled = Object.entries(optional).flatMap(([key, codec]) =>
    Object.entries(codec instanceof FirstOf ? codec.spellings : { [key]: codec }).map(([name, type]) => ({
      key,
      name,
      type,
    })),
  )
  return (record: object): Record<string, unknown> => {
    const fields: Record<string, unknown> = {}
    const unknownShapes: string[] = []
    for (const key of requiredNames) fields[key] = Reflect.get(record, key)
    for (const { key, name, type } of spelled) {
      const input: unknown = Reflect.get(record, name)
      if (absentValues.has(input)) continue
      const field = type instanceof ListOf ? readList(type, input) : readOne(type, input)
      if (field === undefined) unknownShapes.push(name)
      else {
        if (field.value !== undefined) fields[key] ??= field.value
        for (const place of field.unreadable) unknownShapes.push(`${name}.${place}`)
      }
    }
    return unknownShapes.length === 0 ? fields : { ...fields, unreadableFields: unknownShapes }
  }
}

/** A field and what was left out of it; absent when it cannot be read. */
type Field = { readonly value: unknown; readonly unreadable: ReadonlyArray<string> } | undefined

const readOne = (codec: t.Mixed, input: unknown): Field => {
  const decoded = codec.decode(input)
  return E.isLeft(decoded) ? undefined : { value: decoded.right, unreadable: unreadableIn(decoded.right) }
}

const readList = ({ item, most, entries }: ListOf<t.Mixed>, input: unknown): Field => {
  const list = entries(input)
  if (!Array.isArray(list) || list.length > most) return undefined
  const { read, unreadable } = readItems(item, list)
  // A list without a readable item has another form: another call may return its content.
  if (read.length === 0 && unreadable.length > 0) return undefined
  const nested = read.flatMap((one, index) => unreadableIn(one).map((place) => `${index}.${place}`))
  return { value: read, unreadable: [...unreadable, ...nested] }
}

const none: ReadonlyArray<string> = []

/** What a nested resource left out. */
const unreadableIn = (decoded: unknown): ReadonlyArray<string> => {
  const names = t.UnknownRecord.is(decoded) ? decoded.unreadableFields : undefined
  return names !== undefined && unreadableFields.is(names) ? names : none
}
