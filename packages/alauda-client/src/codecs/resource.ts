import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'

/**
 * The codec of an API resource: `required` fields must be there, `optional` ones may be null or missing, all others are left
 * out. The API spells "not there" in several ways (missing, null, `""`, Python's `"None"`); decoded, an absent field is absent.
 *
 * @example
 * const Instance = resource('Instance', { uuid: t.string }, { started_at: Timestamp })
 * Instance.decode({ uuid: 'a1', started_at: 'None', more: 1 }) // right({ uuid: 'a1' })
 */
export const resource = <R extends t.Props, P extends t.Props>(name: string, required: R, optional: P) => {
  const fields = t.exact(t.intersection([t.type(required), t.partial(optional)]))
  const present = new t.Type<Record<string, unknown>, Record<string, unknown>, unknown>(
    name,
    t.UnknownRecord.is,
    (input, context) =>
      pipe(
        t.UnknownRecord.validate(input, context),
        E.map((record) =>
          Object.fromEntries(
            Object.entries(record).filter(([key, value]) => !(key in optional && absentValues.has(value))),
          ),
        ),
      ),
    (record) => record,
  )
  return present.pipe(fields, name)
}

const absentValues = new Set<unknown>([null, undefined, '', 'None'])
