import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'

/**
 * The codec of an API resource: `required` fields must be there and right, and decide over the whole. `optional` ones may be
 * null, missing or of a shape that nobody knows, and are then left out; those of an unknown shape are named in `unreadable`.
 * All other fields are left out. The API spells "not there" in several ways (missing, null, `""`, Python's `"None"`, the JSON
 * text `"null"`); decoded, an absent field is absent.
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
        /** Names of the fields that came in a shape that nobody knows and were left out; absent when there are none. */
        unreadable,
      }),
    ]),
  )
  const readable = new t.Type<Record<string, unknown>, Record<string, unknown>, unknown>(
    name,
    t.UnknownRecord.is,
    (input, context) =>
      pipe(
        t.UnknownRecord.validate(input, context),
        E.map((record) => readableFields(record, required, optional)),
      ),
    (record) => record,
  )
  return readable.pipe(fields, name)
}

const unreadable = t.array(t.string)

const absentValues = new Set<unknown>([null, undefined, '', 'None', 'null'])

const readableFields = (
  record: Record<string, unknown>,
  required: t.Props,
  optional: t.Props,
): Record<string, unknown> => {
  const fields: Record<string, unknown> = {}
  const unknownShapes: string[] = []
  for (const key of Object.keys(required)) if (key in record) fields[key] = record[key]
  for (const [key, codec] of Object.entries(optional)) {
    if (absentValues.has(record[key])) continue
    if (E.isRight(codec.decode(record[key]))) fields[key] = record[key]
    else unknownShapes.push(key)
  }
  return unknownShapes.length === 0 ? fields : { ...fields, unreadable: unknownShapes }
}
