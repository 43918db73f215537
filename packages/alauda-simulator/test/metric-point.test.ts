import test from 'ava'
import { createWorld, type MetricPoint } from '../src/index.js'

const startTime = 1_800_000_000
const day = 86_400

type Cpu = Pick<MetricPoint, 'time' | 'cpu_cumulative_usage' | 'cpu_utilization'>

/** The three points that the vendor's page on instance metrics shows, newest first. */
const documented: readonly [Cpu, Cpu, Cpu] = [
  { time: 1433753089, cpu_cumulative_usage: 310527696, cpu_utilization: 0.012714308333173054 },
  { time: 1433753088, cpu_cumulative_usage: 310428354, cpu_utilization: 0.012715614990320428 },
  { time: 1433753087, cpu_cumulative_usage: 310327527, cpu_utilization: 0.01271685307576187 },
]

/** From when the mean is taken if two points are means: their two equations, solved for the start. */
const startOf = (a: Cpu, b: Cpu): { readonly time: number; readonly nanoseconds: number } => {
  const weighted = (point: Cpu) => point.cpu_utilization * (point.time - b.time)
  const used = (a.cpu_cumulative_usage - b.cpu_cumulative_usage) / 1e7
  const sinceB = (weighted(a) - used) / (a.cpu_utilization - b.cpu_utilization)
  return { time: b.time + sinceB, nanoseconds: b.cpu_cumulative_usage + 1e7 * b.cpu_utilization * sinceB }
}

/** Percent of one core between two points. */
const momentary = (a: Cpu, b: Cpu): number =>
  (a.cpu_cumulative_usage - b.cpu_cumulative_usage) / 1e7 / (a.time - b.time)

test('the documented points are means since one moment, 45 minutes before them: every pair says so', (t) => {
  const [first, second, third] = documented
  for (const [a, b] of [
    [first, second],
    [second, third],
    [first, third],
  ] as const) {
    const { time, nanoseconds } = startOf(a, b)
    t.true(Math.abs(time - 1433750960.375) < 0.03, `${time}`)
    t.true(Math.abs(nanoseconds - 39_888_000) < 5_000, `${nanoseconds}`)
  }
})

test('the documented points show a quarter more than what the instance was using', (t) => {
  const [first, second, third] = documented
  t.is(momentary(first, second), 0.0099342)
  t.is(momentary(second, third), 0.0100827)
})

test('the simulator’s points are means since the container started', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const instance = world.serviceAt('web', startTime)?.instances[0]
  const [b, a] = [startTime - 45 * day + 3600, startTime - 45 * day + 7200].map((time) =>
    world.pointAt(instance?.uuid ?? '', time),
  )
  if (a === undefined || b === undefined) return t.fail('a living instance has no point')
  const { time, nanoseconds } = startOf(a, b)
  t.true(Math.abs(time - (instance?.started_at ?? 0)) < 0.001)
  t.true(Math.abs(nanoseconds) < 1000)
})
