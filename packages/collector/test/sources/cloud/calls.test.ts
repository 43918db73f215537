import { getEventListeners } from 'node:events'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { promisesLeftBehind } from '../../../../alauda-client/test/helpers/left-behind.js'
import { createAttempt } from '../../../src/sources/cloud/calls.js'
import { sourceOf } from '../../helpers/sources.js'

test('calls that have ended leave nothing behind in a collection that continues', async (t) => {
  const { signal } = new AbortController()
  const attempt = createAttempt(sourceOf({}), signal)
  const callAll = async () => {
    for (let calls = 0; calls < 1000; calls += 1) await attempt('listServices', (source) => source.listServices('demo'))
  }
  // What is made once may be kept.
  await callAll()
  t.true((await promisesLeftBehind(callAll)) < 10)
  t.is(getEventListeners(signal, 'abort').length, 1)
})

test('calls under way end with the collection, and later ones are not made', async (t) => {
  const controller = new AbortController()
  let made = 0
  const source = sourceOf({
    listServices: () => {
      made += 1
      return made === 1 ? () => new Promise<never>(() => {}) : TE.right([])
    },
  })
  const attempt = createAttempt(source, controller.signal)
  const list = () => attempt('listServices', (calls) => calls.listServices('demo'))
  const hanging = list()
  controller.abort(new DOMException('enough', 'AbortError'))
  const failed = {
    _tag: 'Left',
    left: { failure: { kind: 'UnexpectedError', message: 'the collection failed: enough' }, isNotFound: false },
  }
  t.like(await hanging, failed)
  t.like(await list(), failed)
  t.is(made, 1)
})
