import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Family, toOpenMetrics, toText } from '@alauda-exporter/collector'
import test from 'ava'
import { collectDefaultMetrics, Registry, register } from 'prom-client'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { sharedForASecond, startProcessMetrics } from '../src/process-metrics.js'

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

test('scrapes within a second share a reading, whatever becomes of the clock', (t) => {
  const clock = manualClock()
  let readings = 0
  const read = sharedForASecond(() => {
    readings += 1
    return readings
  }, clock)
  t.deepEqual([read(), read()], [1, 1])
  clock.advance(999)
  t.is(read(), 1)
  clock.advance(1)
  t.deepEqual([read(), read()], [2, 2])
  clock.setBack(5000)
  t.is(read(), 3)
})

test.serial('several exporters in a process share the counts', async (t) => {
  const one = startProcessMetrics()
  await collectAndTell(2)
  const before = majorCount(await one())
  t.true(before >= 2)
  t.true(majorCount(await startProcessMetrics()()) >= before)
})

test('keeps no process alive', async (t) => {
  const module = import.meta.resolve('../src/process-metrics.js')
  const program = `import { startProcessMetrics } from ${JSON.stringify(module)}
const families = startProcessMetrics()
console.log((await families()).length > 20)`
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, timeout: 30_000 })
  t.is(stdout, 'true\n')
})
