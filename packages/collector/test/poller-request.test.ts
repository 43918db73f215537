import test from 'ava'
import { startable, starts } from './helpers/polling.js'

test('who asks for a collection shares the one under way', async (t) => {
  const { begun, poller, end } = startable()
  poller.start()
  const asked = [poller.collect(), poller.collect()]
  await end('first')
  t.deepEqual(await Promise.all(asked), ['first', 'first'])
  t.is(begun.length, 1)
})

test('who asks for a collection when none is under way gets a new one, also without a start', async (t) => {
  const { clock, begun, told, poller, end } = startable()
  for (const result of ['a', 'b']) {
    const asked = poller.collect()
    await end(result)
    t.is(await asked, result)
  }
  t.is(begun.length, 2)
  t.deepEqual(told, [
    ['a', undefined],
    ['b', 'a'],
  ])
  t.is(clock.pending(), 0)
})

test('a collection that was asked for is not a second one when the interval comes round', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  await end('first')
  clock.advance(59_000)
  const asked = poller.collect()
  clock.advance(1_000)
  t.is(begun.length, 2)
  await end('second')
  t.is(await asked, 'second')
  clock.advance(60_000)
  t.deepEqual(starts(begun), [0, 59_000, 120_000])
})

test('without an interval a start does nothing, and each who asks gets a collection', async (t) => {
  const { clock, begun, poller, end } = startable({ intervalMs: 0 })
  poller.start()
  t.is(clock.pending(), 0)
  clock.advance(600_000)
  t.is(begun.length, 0)
  const asked = [poller.collect(), poller.collect()]
  t.is(begun.length, 1, 'those who ask at the same time share one')
  await end('first')
  t.deepEqual(await Promise.all(asked), ['first', 'first'])
  t.is(clock.pending(), 0)
  const later = poller.collect()
  await end('second')
  t.is(await later, 'second')
  t.deepEqual(
    begun.map(({ previous }) => previous),
    [undefined, 'first'],
  )
})

test('without an interval a stop breaks off what is under way', async (t) => {
  const { begun, poller, end } = startable({ intervalMs: 0 })
  const asked = poller.collect()
  poller.stop()
  t.true(begun[0]?.signal.aborted)
  await end('broken off')
  t.is(await asked, 'broken off')
  t.is(poller.latest(), undefined)
})

test('what is under way tells since when, what it has so far, and its result', async (t) => {
  const { clock, poller, end } = startable({ now: 1_000 })
  t.is(poller.underWay(), undefined)
  void poller.collect()
  clock.advance(500)
  const underWay = poller.underWay()
  t.is(underWay?.begun, 1_000)
  t.is(underWay?.soFar(), '1 so far')
  await end('first')
  t.is(await underWay?.done, 'first')
  t.is(poller.underWay(), undefined)
  void poller.collect()
  t.is(poller.underWay()?.begun, 1_500)
  t.is(poller.underWay()?.soFar(), '2 so far')
  t.is(poller.latest(), 'first')
  poller.stop()
  t.is(poller.underWay(), undefined)
})
