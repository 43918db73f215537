import test from 'ava'
import { collectorOf, linesOf, namespacesOf, noting, watched } from './helpers/collectors.js'
import { promised } from './helpers/promised.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

test('is ready when every namespace has been collected once, and leaves no timer behind', async (t) => {
  const mayEnd = promised<void>()
  const { source } = noting({
    slow: (namespace, options) => async () => {
      await mayEnd.promise
      return listing()(namespace, options)()
    },
  })
  const { clock, collector } = collectorOf(source, { namespaces: ['demo', 'slow'] })
  collector.start()
  const ready = watched(collector.ready(5_000))
  await tick()
  t.false(ready.isDone)
  mayEnd.give()
  await tick()
  t.true(ready.isDone)
  t.is(collector.snapshots().length, 2)
  t.is(clock.pending(), 2) // the next collections
})

test('waits no longer than it is told to', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }))
  collector.start()
  const ready = watched(collector.ready(5_000))
  clock.advance(4_999)
  await tick()
  t.false(ready.isDone)
  clock.advance(1)
  await tick()
  t.true(ready.isDone)
  t.deepEqual(collector.snapshots(), [])
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 0'], 'the list is not read yet')
})

test('waits for a first collection until ten seconds after it began, and no longer', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }))
  collector.start()
  clock.advance(7_000)
  const ready = watched(collector.ready(5_000))
  clock.advance(2_999)
  await tick()
  t.false(ready.isDone)
  clock.advance(1)
  await tick()
  t.true(ready.isDone)
  await collector.ready(5_000)
  t.is(clock.pending(), 1, 'from then on it is ready at once: no more than the deadline waits')
})

test('a namespace that hangs does not hold up the scrapes of the others', async (t) => {
  const { source } = noting({ slow: hangs })
  const { clock, collector } = collectorOf(source, { namespaces: ['slow', 'demo'], timeoutMs: 600_000 })
  collector.start()
  clock.advance(10_000)
  await tick()
  for (const _ of [1, 2, 3]) {
    await collector.ready(5_000)
    t.deepEqual(namespacesOf(collector.snapshots()), ['demo'])
    clock.advance(60_000)
    await tick()
  }
})

test('waiting starts no second collection', async (t) => {
  const { asked, source } = noting()
  const { collector } = collectorOf(source)
  collector.start()
  await Promise.all([collector.ready(5_000), collector.ready(5_000)])
  await collector.ready(5_000)
  t.is(asked.length, 1)
})

test('once collected, it is ready at once, also while the next collection hangs', async (t) => {
  const { asked, source } = noting({
    demo: (namespace, options) => (asked.length === 1 ? listing()(namespace, options) : hangs()),
  })
  const { clock, collector } = collectorOf(source)
  collector.start()
  await collector.ready(5_000)
  const page = collector.expose()
  clock.advance(60_000)
  t.is(asked.length, 2)
  await collector.ready(5_000)
  t.is(collector.expose(), page, 'a collection under way is not shown before it is done')
})

test('a first collection that fails is a first collection', async (t) => {
  const source = sourceOf({ listServices: () => () => Promise.reject(new Error('oops')) })
  const { collector } = collectorOf(source)
  collector.start()
  await collector.ready(5_000)
  t.is(collector.snapshots()[0]?.failure?.message, 'the collection broke off: oops')
})

test('before the start it is ready at once', async (t) => {
  const { clock, collector } = collectorOf(sourceOf({}))
  await collector.ready(5_000)
  t.is(clock.pending(), 0)
  t.deepEqual(collector.snapshots(), [])
})
