import * as t from 'io-ts'

/**
 * The API's first generation sends `{}` for a list with nothing in it.
 *
 * @example
 * emptyObjectAsList({}) // []
 */
export const emptyObjectAsList = (input: unknown): unknown => (isEmptyObject(input) ? [] : input)

/** An object for which an installation sends `[]` when there is nothing in it. */
export const emptyListAsObject = <A, O>(object: t.Type<A, O, unknown>) =>
  new t.Type<A, O, unknown>(
    object.name,
    object.is,
    (input, context) => object.validate(isEmptyList(input) ? {} : input, context),
    object.encode,
  )

const isEmptyList = (input: unknown): boolean => Array.isArray(input) && input.length === 0

const isEmptyObject = (input: unknown): boolean => t.UnknownRecord.is(input) && Object.keys(input).length === 0
