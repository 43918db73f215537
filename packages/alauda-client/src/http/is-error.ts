import { types } from 'node:util'

/**
 * Whether it is an error of whichever realm: a test runner that evaluates modules in a context of its own, as Jest does, gives
 * them another `Error` than Node's own errors and `AbortSignal`s have.
 *
 * @example
 * isError(new DOMException('too late', 'TimeoutError')) // true
 */
export const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error ||
  types.isNativeError(thrown) ||
  Object.prototype.toString.call(thrown) === '[object DOMException]'
