import test from 'ava'
import { collectorOf, noting } from './helpers/collectors.js'
import { tick } from './helpers/tick.js'

test('gives each snapshot as it is made, and ends when the collector is stopped', async (t) => {
  const { clock, collector } = collectorOf(noting().source)
  const seen: number[] = []
  const reading = (async () => {
    for await (const snapshot of collector) seen.push(snapshot.startTime)
  })()
  collector.start()
  await tick()
  clock.advance(60_000)
  await tick()
  t.deepEqual(seen, [1200, 1260])
  collector.stop()
  await reading
  t.deepEqual(seen, [1200, 1260])
})

test('collections that somebody asks for are given too', async (t) => {
  const { collector } = collectorOf(noting().source)
  const iterator = collector[Symbol.asyncIterator]()
  const next = iterator.next()
  await collector.collect()
  t.is((await next).value?.namespace, 'demo')
})

test('a reader that is slow misses what was replaced, and nothing piles up', async (t) => {
  const { clock, collector } = collectorOf(noting().source, { namespaces: ['one', 'two'] })
  const iterator = collector[Symbol.asyncIterator]()
  for (let minute = 0; minute < 3; minute += 1) {
    await collector.collect()
    clock.advance(60_000)
  }
  const [first, second] = [await iterator.next(), await iterator.next()]
  t.deepEqual(
    [first, second].map(({ value }) => [value?.namespace, value?.startTime]),
    [
      ['one', 1320],
      ['two', 1320],
    ],
  )
})

test('several readers get the same', async (t) => {
  const { collector } = collectorOf(noting().source)
  const readers = [collector[Symbol.asyncIterator](), collector[Symbol.asyncIterator]()]
  const [snapshot] = await collector.collect()
  for (const reader of readers) t.is((await reader.next()).value, snapshot)
})

test('who leaves the loop is given nothing more, and does not end the others', async (t) => {
  const { collector } = collectorOf(noting().source)
  const [leaver, other] = [collector[Symbol.asyncIterator](), collector[Symbol.asyncIterator]()]
  await leaver.return?.()
  await collector.collect()
  t.deepEqual(await leaver.next(), { done: true, value: undefined })
  t.false((await other.next()).done)
})

test('calls of `next` that wait are answered in their order', async (t) => {
  const { collector } = collectorOf(noting().source, { namespaces: ['one', 'two'] })
  const iterator = collector[Symbol.asyncIterator]()
  const asked = [iterator.next(), iterator.next(), iterator.next()]
  await collector.collect()
  collector.stop()
  const answers = await Promise.all(asked)
  t.deepEqual(
    answers.map(({ done, value }) => [done, value?.namespace]),
    [
      [false, 'one'],
      [false, 'two'],
      [true, undefined],
    ],
  )
})
