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

test('one that outlasts the interval is not overtaken, and the next starts right after it', async (t) => {
  const { clock, begun, poller, end } = startable()
  poller.start()
  clock.advance(150_000)
  t.deepEqual(starts(begun), [0])
  await end('first')
  clock.advance(0)
  t.deepEqual(starts(begun), [0, 150_000])
  await end('second')
  clock.advance(60_000)
  t.deepEqual(starts(begun), [0, 150_000, 210_000])
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
  t.deepEqual(begun[0]?.signal.reason, new DOMException('the collection was not done within 30000 ms', 'TimeoutError'))
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

test('each collection is handed the result of the one before, and who listens is told both', async (t) => {
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

test('a listener that throws is heard of, and the collecting goes on', async (t) => {
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
