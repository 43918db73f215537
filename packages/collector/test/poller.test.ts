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
