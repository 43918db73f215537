import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Family, toOpenMetrics, toText } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { collectDefaultMetrics, Registry, register } from 'prom-client'
import { costOf, type Workload } from '../src/commands/plan.js'
import { startProcessMetrics } from '../src/own-metrics.js'
import { smallest, sources } from './helpers/sources.js'
import { readSettings } from './helpers/texts.js'

const typesOf = (page: string) => page.split('\n').filter((line) => line.startsWith('# TYPE'))

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

// Node.js reports them in the next turn of the event loop.
const collectAndTell = async (times: number) => {
  for (let i = 0; i < times; i += 1) collectGarbage()
  for (let i = 0; i < 3; i += 1) await new Promise(setImmediate)
}

const majorCount = (families: ReadonlyArray<Family>) =>
  families
    .find(({ name }) => name === 'nodejs_gc_duration_seconds')
    ?.samples.find(({ labels, suffix }) => suffix === '_count' && labels.kind === 'major')?.value ?? 0

test.serial('shows all that prom-client shows, with the same types, but gauges that are called totals', async (t) => {
  const families = startProcessMetrics()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const expected = typesOf(await registry.metrics())
  const left = (await families()).map(({ name, type }) => `# TYPE ${name} ${type}`)
  t.deepEqual(
    expected.filter((line) => !left.includes(line)),
    [
      '# TYPE nodejs_active_resources_total gauge',
      '# TYPE nodejs_active_handles_total gauge',
      '# TYPE nodejs_active_requests_total gauge',
    ],
  )
  t.deepEqual(
    left.filter((line) => !expected.includes(line)),
    [],
  )
})

test.serial('uses no registry of anybody else', async (t) => {
  startProcessMetrics()
  t.deepEqual(await register.getMetricsAsJSON(), [])
})

test.serial('counters, gauges and labels are written like all others', async (t) => {
  const families = startProcessMetrics()
  const known = await families()
  const text = toText(known)
  t.regex(text, /^# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total [\d.]+$/m)
  const [major, minor, patch] = process.versions.node.split('.')
  const labels = `version="v${process.versions.node}",major="${major}",minor="${minor}",patch="${patch}"`
  t.true(text.includes(`# TYPE nodejs_version_info gauge\nnodejs_version_info{${labels}} 1\n`))
  const openMetrics = toOpenMetrics(known)
  t.regex(
    openMetrics,
    /^# TYPE process_cpu_seconds counter\n# UNIT process_cpu_seconds seconds\n.*\nprocess_cpu_seconds_total [\d.]+$/m,
  )
  t.regex(openMetrics, /^nodejs_heap_space_size_used_bytes\{space="old"\} \d+$/m)
  t.is(typesOf(openMetrics).length, typesOf(text).length)
})

test.serial('every collection of garbage is counted, and in OpenMetrics the bounds are canonical', async (t) => {
  const families = startProcessMetrics()
  const before = majorCount(await families())
  await collectAndTell(5)
  const known = await families()
  t.true(majorCount(known) - before >= 5)
  const pattern = /^nodejs_gc_duration_seconds_bucket\{le="([^"]+)",kind="major"\} /
  const boundsOf = (page: string) => page.split('\n').flatMap((line) => pattern.exec(line)?.slice(1) ?? [])
  t.deepEqual(boundsOf(toText(known)), ['0.001', '0.01', '0.1', '1', '2', '5', '+Inf'])
  t.deepEqual(boundsOf(toOpenMetrics(known)), ['0.001', '0.01', '0.1', '1.0', '2.0', '5.0', '+Inf'])
  const family = known.find(({ name }) => name === 'nodejs_gc_duration_seconds')
  t.deepEqual(family?.labels, ['kind'])
  t.regex(toText(known), /^nodejs_gc_duration_seconds_sum\{kind="major"\} [\d.e-]+$/m)
})

test.serial('what the event loop has not been timed for is left out', async (t) => {
  const families = startProcessMetrics()
  await families()
  // What has been timed is forgotten with each page.
  const lags = (await families()).filter(({ name }) => name.startsWith('nodejs_eventloop_lag_'))
  t.is(lags.length, 8)
  for (const { name, samples } of lags) {
    for (const { value } of samples) t.true(value >= 0 && value < 3600, name)
  }
})

test.serial('several exporters in a process share the counts', async (t) => {
  const one = startProcessMetrics()
  await collectAndTell(2)
  const before = majorCount(await one())
  t.true(before >= 2)
  t.true(majorCount(await startProcessMetrics()()) >= before)
})

test('keeps no process alive', async (t) => {
  const module = import.meta.resolve('../src/own-metrics.js')
  const program = `import { startProcessMetrics } from ${JSON.stringify(module)}
const families = startProcessMetrics()
console.log((await families()).length > 20)`
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, timeout: 30_000 })
  t.is(stdout, 'true\n')
})

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
