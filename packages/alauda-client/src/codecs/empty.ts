import * as t from 'io-ts'

/**
 * A list for which the API's first generation sends `{}` when there is nothing in it.
 *
 * @example
 * emptyObjectAsList(t.array(t.number)).decode({}) // right([])
 */
export const emptyObjectAsList = <A, O>(list: t.Type<A, O, unknown>) => withEmptyForm(list, isEmptyObject, [])

/** An object for which an installation sends `[]` when there is nothing in it. */
export const emptyListAsObject = <A, O>(object: t.Type<A, O, unknown>) => withEmptyForm(object, isEmptyList, {})

const withEmptyForm = <A, O>(codec: t.Type<A, O, unknown>, isOtherEmpty: (input: unknown) => boolean, empty: unknown) =>
  new t.Type<A, O, unknown>(
    codec.name,
    codec.is,
    (input, context) => codec.validate(isOtherEmpty(input) ? empty : input, context),
    codec.encode,
  )

const isEmptyList = (input: unknown): boolean => Array.isArray(input) && input.length === 0

const isEmptyObject = (input: unknown): boolean =>
  t.UnknownRecord.is(input) && !Array.isArray(input) && Object.keys(input).length === 0
