import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { AlaudaSource } from './collect.js'
import { isThenable } from './warnings.js'

/** A source of the host's whose calls give what their types say in outline, or fail: such a failure costs only its object. */
export const checkedSource = (source: AlaudaSource): AlaudaSource => ({
  listServices: (...args) => checkedCall('listServices', source.listServices(...args), isListOf('service_name')),
  getService: (...args) => checkedCall('getService', source.getService(...args), has('service_name', 'string')),
  listInstances: (...args) => checkedCall('listInstances', source.listInstances(...args), isListOf('instance_name')),
  getInstanceMetrics: (...args) =>
    checkedCall(
      'getInstanceMetrics',
      source.getInstanceMetrics(...args),
      (metrics) => has('points', 'object')(metrics) && Array.isArray(Reflect.get(Object(metrics), 'points')),
    ),
})

const has =
  (name: string, type: string) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === type

const isListOf = (name: string) => (value: unknown) => Array.isArray(value) && value.every(has(name, 'string'))

const checkedCall = <L, A>(
  name: string,
  call: TaskEither<L, A>,
  isRight: (value: unknown) => boolean,
): TaskEither<L, A> => {
  if (typeof call !== 'function') {
    const given: unknown = call
    // It is a fault already, and its own rejection says no more.
    if (isThenable(given)) Promise.resolve(given).catch(() => {})
    throw new TypeError(`client.${name} gave ${isThenable(given) ? 'a Promise' : typeof given}, expected a TaskEither`)
  }
  return async () => {
    const result = await call()
    if (!has('_tag', 'string')(result)) throw new TypeError(`client.${name} gave no Either`)
    if (E.isRight(result) && !isRight(result.right)) throw new TypeError(`client.${name} gave what the API does not`)
    return result
  }
}
