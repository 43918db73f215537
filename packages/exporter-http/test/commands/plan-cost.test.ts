import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { costOf, type Workload } from '../../src/commands/plan.js'
import { smallest, sources } from '../helpers/sources.js'
import { readSettings } from '../helpers/texts.js'

const workload = (others: Partial<Workload>): Workload => ({
  calls: [
    { endpoint: 'listServices', count: 100 },
    { endpoint: 'getInstanceMetrics', count: 800 },
  ],
  secondsPerCall: 0.5,
  maxConcurrency: 10,
  maxRequestsPerSecond: 0,
  intervalSeconds: 60,
  ...others,
})

const fewer = 'fewer services, by --collect.include-services or --collect.exclude-services'

test('a collection takes as long as its calls one after another, so many at a time', (t) => {
  t.deepEqual(costOf(workload({})), { callsPerCollection: 900, seconds: 45, intervalRatio: 0.75, advice: [] })
  t.deepEqual(costOf(workload({ maxConcurrency: 1000 })), {
    callsPerCollection: 900,
    seconds: 0.5,
    intervalRatio: 0.5 / 60,
    advice: [],
  })
  t.is(costOf(workload({ maxConcurrency: 899 })).seconds, 1)
})

test('a limit of calls in a second may make it longer, and never shorter', (t) => {
  t.is(costOf(workload({ maxRequestsPerSecond: 18 })).seconds, 50)
  t.is(costOf(workload({ maxRequestsPerSecond: 1000 })).seconds, 45)
})

test('nothing to call takes no time', (t) => {
  t.deepEqual(costOf(workload({ calls: [], secondsPerCall: 0 })), {
    callsPerCollection: 0,
    seconds: 0,
    intervalRatio: 0,
    advice: [],
  })
})

test('exactly the interval is not too long', (t) => {
  t.deepEqual(costOf(workload({ intervalSeconds: 45 })).advice, [])
})

test('for a collection that takes longer than the interval there is advice', (t) => {
  t.deepEqual(costOf(workload({ maxConcurrency: 5 })).advice, [
    '--collect.interval=90s',
    '--alauda.max-concurrency=8, if the cloud allows as much',
    fewer,
  ])
  t.deepEqual(costOf(workload({ maxRequestsPerSecond: 5 })).advice, [
    '--collect.interval=3m',
    '--alauda.max-requests-per-second=15, if the cloud allows as much',
    fewer,
  ])
  t.deepEqual(costOf(workload({ maxRequestsPerSecond: 5, maxConcurrency: 5 })).advice, [
    '--collect.interval=3m',
    '--alauda.max-requests-per-second=15 with --alauda.max-concurrency=8, if the cloud allows as much',
    fewer,
  ])
})

test('where a single call takes longer than the interval, more at a time are no help', (t) => {
  t.deepEqual(costOf(workload({ intervalSeconds: 0.4 })).advice, ['--collect.interval=1m', fewer])
})

test('without an interval it is compared with the time of a scrape', (t) => {
  t.deepEqual(costOf(workload({ intervalSeconds: 0 })), {
    callsPerCollection: 900,
    seconds: 45,
    advice: [
      '--collect.interval=1m, which collects in the background',
      '--alauda.max-concurrency=45, if the cloud allows as much',
      fewer,
    ],
  })
  t.deepEqual(costOf(workload({ intervalSeconds: 0, maxConcurrency: 45 })).advice, [])
})

const workloads: fc.Arbitrary<Workload> = fc.record({
  calls: fc.array(fc.record({ endpoint: fc.constant('listServices'), count: fc.nat(20_000) }), { maxLength: 3 }),
  secondsPerCall: fc.oneof(
    fc.nat(5000).map((ms) => ms / 1000),
    fc.double({ min: 0, max: 5, noNaN: true }),
  ),
  maxConcurrency: fc.integer({ min: 1, max: 100 }),
  maxRequestsPerSecond: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 10_000 }).map((tenths) => tenths / 10),
  ),
  intervalSeconds: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 600_000 }).map((ms) => ms / 1000),
  ),
})

/** The workload as it is with the flags that a line of advice names. */
const followed = (before: Workload, line: string): Workload => {
  const flags = [...line.matchAll(/--([a-z.-]+)=([^ ,]+)/g)].map(
    ([, flag = '', value = '']) => [flag, [value]] as const,
  )
  const read = readSettings(sources(smallest, Object.fromEntries(flags)))
  if (E.isLeft(read)) throw new Error(read.left.join('; '))
  const given = new Set(flags.map(([flag]) => flag))
  const { client, collect } = read.right
  return {
    ...before,
    ...(given.has('alauda.max-concurrency') ? { maxConcurrency: client.maxConcurrency } : {}),
    ...(given.has('alauda.max-requests-per-second') ? { maxRequestsPerSecond: client.maxRequestsPerSecond } : {}),
    ...(given.has('collect.interval') ? { intervalSeconds: collect.intervalMs / 1000 } : {}),
  }
}

const roundingError = 1 + 1e-9

test('whichever line of advice is followed, the time is within the interval then', (t) => {
  fc.assert(
    fc.property(workloads, (before) => {
      const { advice, seconds } = costOf(before)
      const available = before.intervalSeconds === 0 ? 10 : before.intervalSeconds
      t.is(advice.length > 0, seconds > available)
      for (const line of advice.filter((some) => some !== fewer)) {
        const after = followed(before, line)
        t.notDeepEqual(after, before)
        const limit = after.intervalSeconds === 0 ? 10 : after.intervalSeconds
        t.true(costOf(after).seconds <= limit * roundingError, line)
      }
    }),
  )
})
