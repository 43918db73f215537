import { type AlaudaError, AlaudaException } from '../../src/http/errors.js'

/** What a call that fails fails with. */
export const errorOf = async (call: Promise<unknown>): Promise<AlaudaError> => {
  try {
    await call
  } catch (exception) {
    if (AlaudaException.is(exception)) return exception
    throw exception
  }
  throw new Error('expected a failure')
}
