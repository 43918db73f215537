import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const watched = (promise: Promise<unknown>) => {
  const state = { isDone: false }
  void promise.then(() => {
    state.isDone = true
  })
  return state
}

test('is ready when every namespace has been collected once, and leaves no timer behind', async (t) => {
  const clock = manualClock()
  let letGo = () => {}
  const mayEnd = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const source = sourceOf({
    listServices: (namespace, options) => async () => {
      if (namespace === 'slow') await mayEnd
      return listing()(namespace, options)()
    },
  })
  const collector = createCollector({ source, namespaces: ['demo', 'slow'], clock })
  collector.start()
  const ready = watched(collector.ready(5_000))
  await tick()
  t.false(ready.isDone)
  letGo()
  await tick()
  t.true(ready.isDone)
  t.is(collector.snapshots().length, 2)
  t.is(clock.pending(), 2) // the next collections
})

test('waits no longer than it is told to', async (t) => {
  const clock = manualClock()
  const collector = createCollector({ source: sourceOf({ listServices: hangs }), namespaces: ['demo'], clock })
  collector.start()
  const ready = watched(collector.ready(5_000))
  clock.advance(4_999)
  await tick()
  t.false(ready.isDone)
  clock.advance(1)
  await tick()
  t.true(ready.isDone)
  t.deepEqual(collector.snapshots(), [])
})

test('waiting starts no second collection', async (t) => {
  let asked = 0
  const source = sourceOf({
    listServices: (namespace, options) => {
      asked += 1
      return listing()(namespace, options)
    },
  })
  const collector = createCollector({ source, namespaces: ['demo'], clock: manualClock() })
  collector.start()
  await Promise.all([collector.ready(5_000), collector.ready(5_000)])
  await collector.ready(5_000)
  t.is(asked, 1)
})

test('once collected, it is ready at once, also while the next collection hangs', async (t) => {
  const clock = manualClock()
  let asked = 0
  const source = sourceOf({
    listServices: (namespace, options) => {
      asked += 1
      return asked === 1 ? listing()(namespace, options) : hangs()
    },
  })
  const collector = createCollector({ source, namespaces: ['demo'], clock })
  collector.start()
  await collector.ready(5_000)
  clock.advance(60_000)
  t.is(asked, 2)
  await collector.ready(5_000)
  t.is(collector.snapshots().length, 1)
})

test('a first collection that fails is a first collection', async (t) => {
  const source = sourceOf({ listServices: () => () => Promise.reject(new Error('oops')) })
  const collector = createCollector({ source, namespaces: ['demo'], clock: manualClock() })
  collector.start()
  await collector.ready(5_000)
  t.is(collector.snapshots()[0]?.failure?.message, 'the collection broke off: oops')
})

test('no namespaces are ready at once', async (t) => {
  const clock = manualClock()
  const collector = createCollector({ source: sourceOf({}), namespaces: [], clock })
  await collector.ready(5_000)
  t.is(clock.pending(), 0)
})
