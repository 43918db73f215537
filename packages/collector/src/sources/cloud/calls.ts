import {
  type AlaudaError,
  AlaudaException,
  type AlaudaTaskClient,
  type WorkQueue,
} from '@alauda-exporter/alauda-client'
import { createList } from '@alauda-exporter/alauda-client/list'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Failure } from '../../snapshot.js'
import { brokeOff } from '../source.js'
import { failureOf, isNotFound } from './failure.js'

type Name = 'listServices' | 'getService' | 'listInstances' | 'getInstanceMetrics'

/** The calls of an `AlaudaTaskClient` that a collection makes. */
export type AlaudaSource = Pick<AlaudaTaskClient, Name>

type ByEitherDoor<Call> = Call extends (...args: infer Args) => TaskEither<AlaudaError, infer A>
  ? (...args: Args) => TaskEither<AlaudaError, A> | PromiseLike<A>
  : never

/**
 * The same calls, each by a TaskEither or by a Promise. With a `createWorkQueue` they are made when their turns come, else all at
 * once, however many there are.
 */
export type AlaudaCalls = { readonly [Call in Name]: ByEitherDoor<AlaudaTaskClient[Call]> } & Partial<
  Pick<AlaudaTaskClient, 'createWorkQueue'>
>

/** Why a call gave nothing. */
export interface Failed {
  readonly failure: Failure
  /** The API said that there is no such object. */
  readonly isNotFound: boolean
}

export type Attempt = <A>(
  name: Name,
  call: (calls: AlaudaCalls) => TaskEither<AlaudaError, A> | PromiseLike<A>,
) => Promise<E.Either<Failed, A>>

/**
 * Makes calls so that they neither throw nor outlast the collection, by either door, and give what their types say in outline:
 * the host may have written them. A failure costs its own object only.
 */
export const createAttempt = (calls: AlaudaCalls, signal: AbortSignal): Attempt => {
  // A call is in it until it ends: a promise of the end would keep what waited for it until the collection is over.
  const underWay = createList<() => void>()
  let over: E.Either<Failed, never> | undefined
  // A source that respects the signal reports better what it was doing: it goes first.
  const end = () =>
    setImmediate(() => {
      over = E.left(failed(signal.reason))
      for (let entry = underWay.first(); entry !== undefined; entry = entry.after) entry.value()
    })
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  return (name, call) => {
    if (over !== undefined) return Promise.resolve(over)
    return new Promise((resolve) => {
      const entry = underWay.add(() => resolve(over ?? E.left(failed(signal.reason))))
      void settled(name, () => call(calls)).then((answer) => {
        underWay.remove(entry)
        resolve(answer)
      })
    })
  }
}

/** Runs the task when its turn comes. */
export const inTurn = <A>({ add }: WorkQueue, task: () => Promise<A>): Promise<A> =>
  new Promise((resolve) => add(() => resolve(task())))

/** Runs the task for each item when its turn comes; resolves when all of them have ended. The task must not reject. */
export const eachInTurn = <A>(
  { add }: WorkQueue,
  items: ReadonlyArray<A>,
  task: (item: A) => Promise<void>,
): Promise<void> => {
  if (items.length === 0) return Promise.resolve()
  return new Promise((resolve) => {
    let left = items.length
    const ended = () => {
      left -= 1
      if (left === 0) resolve()
    }
    for (const item of items) add(() => void task(item).then(ended))
  })
}

const settled = async <A>(
  name: Name,
  call: () => TaskEither<AlaudaError, A> | PromiseLike<A>,
): Promise<E.Either<Failed, A>> => {
  try {
    const given = call()
    const answer = typeof given === 'function' ? await given() : E.right(await given)
    if (!isEither(answer)) throw new TypeError(`client.${name} gave no Either`)
    if (E.isLeft(answer)) return E.left({ failure: failureOf(answer.left), isNotFound: isNotFound(answer.left) })
    if (!isRight[name](answer.right)) throw new TypeError(`client.${name} gave what the API does not`)
    return answer
  } catch (cause) {
    return E.left(failed(cause))
  }
}

const failed = (cause: unknown): Failed =>
  AlaudaException.is(cause)
    ? { failure: failureOf(cause), isNotFound: isNotFound(cause) }
    : { failure: brokeOff(cause), isNotFound: false }

const has =
  (name: string, type: string) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === type

const isEither = has('_tag', 'string')

const isListOf = (name: string) => (value: unknown) => Array.isArray(value) && value.every(has(name, 'string'))

const isRight: Readonly<Record<Name, (value: unknown) => boolean>> = {
  listServices: isListOf('service_name'),
  getService: has('service_name', 'string'),
  listInstances: isListOf('instance_name'),
  getInstanceMetrics: (metrics) => Array.isArray(Reflect.get(Object(metrics), 'points')),
}
