import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { isErrorShaped } from './error-shape.js'
import { nestedItems } from './lists.js'

/**
 * The codec of an API resource. Without valid `required` fields the whole is invalid. `optional` fields may be null, missing or of an
 * unknown shape, and are then left out; `unreadable` names those of an unknown shape and what could not be read below them. All other
 * fields are left out. The API has several forms of an absent value (missing, null, `""`, Python's `"None"`, the JSON text `"null"`);
 * decoded, the field is absent. An object without a known field but with those of an error is not a resource.
 *
 * @example
 * const Instance = resource('Instance', { uuid: t.string }, { started_at: Timestamp })
 * Instance.decode({ uuid: 'a1', started_at: 'None', more: 1 }) // right({ uuid: 'a1' })
 * Instance.decode({ uuid: 'a1', started_at: 'soon' }) // right({ uuid: 'a1', unreadable: ['started_at'] })
 */
export const resource = <R extends t.Props, P extends t.Props>(name: string, required: R, optional: P) => {
  const fields = t.exact(
    t.intersection([
      t.type(required),
      t.partial(optional),
      t.partial({
        /** Names of the fields that came in an unknown shape and were left out; absent if there are none. */
        unreadable,
      }),
    ]),
  )
  const readable = new t.Type<Record<string, unknown>, Record<string, unknown>, unknown>(
    name,
    t.UnknownRecord.is,
    (input, context) => {
      const record = t.UnknownRecord.validate(input, context)
      if (E.isLeft(record)) return record
      // Lists may hold a million objects that lack it: this is the cheap way to say so.
      const missing = Object.entries(required).find(([key]) => record.right[key] === undefined)
      if (missing !== undefined) return t.failure(undefined, t.appendContext(context, ...missing, undefined))
      const fields = readableFields(record.right, required, optional)
      return Object.keys(fields).length === 0 && isErrorShaped(input) ? t.failure(input, context) : t.success(fields)
    },
    (record) => record,
  )
  return readable.pipe(fields, name)
}

const unreadable = t.array(t.string)

/** The API's spellings of "not there". */
export const absentValues: ReadonlySet<unknown> = new Set<unknown>([null, undefined, '', 'None', 'null'])

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
 * A list of which each object is read by itself; one of more than `most` cannot be read. `entries` gives the list from another
 * form of it.
 *
 * @example
 * const Service = resource('Service', { service_name: t.string }, { instances: listOf(Instance, 100) })
 * Service.decode({ service_name: 'web', instances: [{ uuid: null }] })
 * // right({ service_name: 'web', instances: [], unreadable: ['instances.0'] })
 */
export const listOf = <Item extends t.Mixed>(
  item: Item,
  most: number,
  entries = (input: unknown) => input,
): ListOf<Item> => new ListOf(item, most, entries)

/** A field that the API spells in several ways, and what each spelling holds. */
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
export const firstOf = <A>(type: t.Type<A, unknown, unknown>, spellings: Spellings): FirstOf<A> =>
  new FirstOf(type, spellings)

const readableFields = (
  record: Record<string, unknown>,
  required: t.Props,
  optional: t.Props,
): Record<string, unknown> => {
  const fields: Record<string, unknown> = {}
  const unknownShapes: string[] = []
  for (const key of Object.keys(required)) if (key in record) fields[key] = record[key]
  for (const [key, codec] of Object.entries(optional)) {
    for (const [name, type] of Object.entries(codec instanceof FirstOf ? codec.spellings : { [key]: codec })) {
      if (absentValues.has(record[name])) continue
      const field = type instanceof ListOf ? readableList(type, record[name]) : readableField(type, record[name])
      if (E.isLeft(field)) unknownShapes.push(name)
      else {
        if (field.right.value !== undefined) fields[key] ??= field.right.value
        for (const place of field.right.unreadable) unknownShapes.push(`${name}.${place}`)
      }
    }
  }
  return unknownShapes.length === 0 ? fields : { ...fields, unreadable: unknownShapes }
}

type Readable = E.Either<unknown, { readonly value: unknown; readonly unreadable: ReadonlyArray<string> }>

const readableField = (codec: t.Mixed, value: unknown): Readable =>
  pipe(
    codec.decode(value),
    E.map((decoded) => ({ value: decoded === undefined ? undefined : value, unreadable: unreadableIn(decoded) })),
  )

const readableList = ({ item, most, entries }: ListOf<t.Mixed>, value: unknown): Readable =>
  pipe(
    E.tryCatch(
      () => entries(value),
      () => undefined,
    ),
    E.chainW((list) =>
      pipe(
        nestedItems(item, list, most),
        // A list without a readable item has another form: another call may return its content.
        E.filterOrElseW(
          ({ read, unreadable }) => read.length > 0 || unreadable.length === 0,
          () => undefined,
        ),
        E.map(({ read, unreadable }) => {
          const left = new Set(unreadable)
          const kept = Array.isArray(list) ? list.filter((_, index) => !left.has(String(index))) : []
          const nested = read.flatMap((one, index) => unreadableIn(one).map((place) => `${index}.${place}`))
          return { value: kept, unreadable: [...unreadable, ...nested] }
        }),
      ),
    ),
  )

/** What a nested resource left out. */
const unreadableIn = (decoded: unknown): ReadonlyArray<string> => {
  const names = t.UnknownRecord.is(decoded) ? decoded.unreadable : undefined
  return unreadable.is(names) ? names : []
}
