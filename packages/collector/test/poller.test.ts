import test from 'ava'
import { startable, starts } from './helpers/polling.js'

test('collects at once when started, and not before', (t) => {
  const { clock, begun, poller } = startable()
  clock.advance(600_000)
  t.deepEqual(starts(begun), [])
  poller.start()
  t.deepEqual(starts(begun), [600_000])
})

test('collects at the interval, from start to start, however long each takes', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  clock.advance(10_000)
  await end('first')
  clock.advance(49_999)
  t.deepEqual(starts(begun), [0])
  clock.advance(1)
  t.deepEqual(starts(begun), [0, 60_000])
  clock.advance(59_000)
  await end('second')
  clock.advance(1_000)
  t.deepEqual(starts(begun), [0, 60_000, 120_000])
})

test('starting twice is starting once', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  poller.start()
  await end('first')
  t.is(clock.pending(), 1)
  clock.advance(60_000)
  t.deepEqual(starts(begun), [0, 60_000])
})

test('the deadline aborts the collection, which may still give a result', async (t) => {
  const { clock, begun, poller, end } = startable({ timeoutMs: 30_000 })
  poller.start()
  clock.advance(29_999)
  t.false(begun[0]?.signal.aborted)
  clock.advance(1)
  t.true(begun[0]?.signal.aborted)
  t.is(begun[0]?.signal.reason.name, 'TimeoutError')
  t.is(begun[0]?.signal.reason.message, 'the collection was not done within 30000 ms')
  await end('half')
  t.is(poller.latest(), 'half')
})

test('a collection that is done in time is not aborted later', async (t) => {
  const { clock, begun, poller, end } = startable({ timeoutMs: 30_000 })
  poller.start()
  await end('first')
  t.is(clock.pending(), 1) // the next collection; no deadline
  clock.advance(59_999)
  t.false(begun[0]?.signal.aborted)
})

test('each collection has its own signal', async (t) => {
  const { clock, begun, poller, end } = startable({ timeoutMs: 30_000 })
  poller.start()
  clock.advance(30_000)
  await end('half')
  clock.advance(30_000)
  t.deepEqual(
    begun.map(({ signal }) => signal.aborted),
    [true, false],
  )
})

test('each collection receives the result of the one before, and a listener receives both', async (t) => {
  const { clock, begun, told, poller, end } = startable()
  poller.start()
  t.is(poller.latest(), undefined)
  for (const result of ['a', 'b', 'c']) {
    await end(result)
    t.is(poller.latest(), result)
    clock.advance(60_000)
  }
  t.deepEqual(
    begun.map(({ previous }) => previous),
    [undefined, 'a', 'b', 'c'],
  )
  t.deepEqual(told, [
    ['a', undefined],
    ['b', 'a'],
    ['c', 'b'],
  ])
})

test('a listener that throws is a warning, and collecting continues', async (t) => {
  const warnings: string[] = []
  const onWarning = ({ message }: Error) => warnings.push(message)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const { clock, begun, poller, end } = startable({
    onCollected: () => {
      throw new Error('the listener broke')
    },
  })
  poller.start()
  const asked = poller.collect()
  await end('first')
  t.is(await asked, 'first')
  t.is(poller.latest(), 'first')
  t.deepEqual(warnings, ['the listener broke'])
  clock.advance(60_000)
  t.deepEqual(starts(begun), [0, 60_000])
})

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
  t.is(begun.length, 1, 'requests at the same time share one')
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

test('without an interval a stop cancels what is under way', async (t) => {
  const { begun, poller, end } = startable({ intervalMs: 0 })
  const asked = poller.collect()
  poller.stop()
  t.true(begun[0]?.signal.aborted)
  await end('cancelled')
  t.is(await asked, 'cancelled')
  t.is(poller.latest(), undefined)
})

test('what is under way has its start, what it has read, and its result', async (t) => {
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

test('stopping cancels what is under way, and nothing more happens', async (t) => {
  const { clock, begun, told, poller, end } = startable()
  poller.start()
  poller.stop()
  t.true(begun[0]?.signal.aborted)
  t.is(begun[0]?.signal.reason.name, 'AbortError')
  t.is(begun[0]?.signal.reason.message, 'the collector was stopped')
  await end('cancelled')
  t.is(clock.pending(), 0)
  clock.advance(600_000)
  t.is(begun.length, 1)
  t.deepEqual(told, [])
})

test('stopping between two collections calls off the next', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  await end('first')
  poller.stop()
  t.is(clock.pending(), 0)
  clock.advance(600_000)
  t.is(begun.length, 1)
  t.is(poller.latest(), 'first')
})

test('stopping what was never started does nothing, and what was stopped can be started again', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.stop()
  poller.start()
  await end('first')
  poller.stop()
  clock.advance(90_000)
  poller.start()
  await end('second')
  clock.advance(30_000)
  t.deepEqual(starts(begun), [0, 90_000, 120_000])
})

test('a cancelled collection is not the latest result: that stays', async (t) => {
  const { clock, told, poller, end } = startable()
  poller.start()
  await end('first')
  clock.advance(60_000)
  const asked = poller.collect()
  poller.stop()
  await end('cancelled')
  t.is(await asked, 'cancelled')
  t.is(poller.latest(), 'first')
  t.deepEqual(told, [['first', undefined]])
})

test('who stops and starts again while a collection is under way has one loop, and can stop it', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  poller.stop()
  poller.start()
  t.is(begun.length, 2, 'it collects at once')
  await end('cancelled')
  t.is(clock.pending(), 1)
  poller.stop()
  t.is(clock.pending(), 0)
  clock.advance(600_000)
  t.is(begun.length, 2)
})

test('a collection cancelled after its deadline does not count either', async (t) => {
  const { clock, told, poller, end } = startable({ timeoutMs: 30_000 })
  poller.start()
  clock.advance(30_000)
  poller.stop()
  await end('cancelled')
  t.is(poller.latest(), undefined)
  t.deepEqual(told, [])
})
