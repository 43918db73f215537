import { setTimeout as delay } from 'node:timers/promises'
import { largeWorld } from '@alauda-exporter/alauda-simulator'
import { eventually } from '../../testing/eventually.js'
import { type StoredSeries, testWithPrometheus } from '../helpers/prometheus.js'
import { type Stack, startStack } from '../helpers/stack.js'
import { isFullSize } from '../helpers/test-size.js'

// A system test on the machine's clock: what it drills is Prometheus' own timing (scrapes, staleness, rates), and Prometheus'
// clock cannot be set. Its bounds leave room for a machine that is several times slower than needed.

const beforeSeconds = 15
const outageSeconds = isFullSize ? 180 : 60
const afterSeconds = 40
const maxAgeSeconds = outageSeconds / 3

// Now and then a busy machine takes longer than the second that a scrape and a collection have here.
const nearlyAll = 0.9

// How long what the cloud measures takes to Prometheus: a point is up to a second old when it is collected, the next
// collection and the next scrape each come up to a second later, and a machine may be busy.
const wayToPrometheus = 4

const secondsNow = () => Date.now() / 1000

interface Drill extends Stack {
  readonly began: number
  readonly outage: { readonly from: number; readonly until: number }
  readonly ended: number
  /** What Prometheus stored in the course of it. */
  readonly stored: (selector: string) => Promise<ReadonlyArray<StoredSeries>>
}

/** The cloud answers, then fails, in each third of the outage in another way, then answers again. */
const runDrill = async (t: Parameters<typeof startStack>[0]): Promise<Drill> => {
  // Nothing happens in this world: what Prometheus sees happen is the outage.
  const world = largeWorld({ services: 3, instances: 2, origin: Math.floor(secondsNow()) })
  const stack = await startStack(t, [`--collect.max-age=${maxAgeSeconds}s`], { world })
  const { prometheus, cloud } = stack
  await eventually(
    () => prometheus.query('alauda_instance_memory_usage_bytes'),
    ({ length }) => length === 6,
  )
  const began = secondsNow()
  const from = began + beforeSeconds
  const until = from + outageSeconds
  const third = outageSeconds / 3
  cloud.faults.set([
    { kind: 'html-page', status: 503, from, until: from + third },
    { kind: 'reset', from: from + third, until: from + 2 * third },
    { kind: 'hang', from: from + 2 * third, until },
  ])
  const ended = until + afterSeconds
  // What is scraped can be asked for a little later.
  await delay((ended + 2 - secondsNow()) * 1000)
  const stored = (selector: string) => prometheus.stored(selector, began, ended)
  return { ...stack, began, outage: { from, until }, ended, stored }
}

/** Each instance's uuid. */
const instancesOf = ({ cloud, began }: Drill): ReadonlyMap<string, string> =>
  new Map(
    cloud.world
      .stateAt(began)
      .services.flatMap(({ instances }) => instances.map(({ instance_name, uuid }) => [instance_name, uuid])),
  )

/** The longest time between two samples. */
const longestGap = ({ samples }: StoredSeries) =>
  samples.slice(1).reduce(
    (longest, { time }, index) => {
      const from = samples[index]?.time ?? time
      return time - from > longest.until - longest.from ? { from, until: time } : longest
    },
    { from: 0, until: 0 },
  )

const valuesBetween = ({ samples }: StoredSeries, from: number, until: number): ReadonlyArray<number> =>
  samples.filter(({ time }) => time > from && time < until).map(({ value }) => value)

const shareOf = (wanted: number, values: ReadonlyArray<number>): number =>
  values.filter((value) => value === wanted).length / values.length

const metricsOfPoint = {
  alauda_instance_memory_usage_bytes: ['memory_usage', 1],
  alauda_instance_cpu_usage_seconds_total: ['cpu_cumulative_usage', 1e9],
  alauda_instance_network_receive_bytes_total: ['rx_bytes', 1],
} as const

testWithPrometheus(
  `an outage of ${outageSeconds} s leaves a gap, but no wrong value, no reset and no flood`,
  async (t) => {
    const drill = await runDrill(t)
    const { cloud, prometheus, output, began, outage, ended, stored } = drill
    const rangeSeconds = Math.round(ended - began)
    const uuids = instancesOf(drill)

    const [scrapes] = await stored('up')
    t.true((scrapes?.samples.length ?? 0) > 0.95 * rangeSeconds)
    t.true(
      shareOf(1, scrapes?.samples.map(({ value }) => value) ?? []) > nearlyAll,
      'the exporter itself always answers',
    )

    const [up = { labels: {}, samples: [] }] = await stored('alauda_up')
    t.true(shareOf(1, valuesBetween(up, began, outage.from)) > nearlyAll)
    t.is(shareOf(0, valuesBetween(up, outage.from + wayToPrometheus, outage.until)), 1)
    t.true(shareOf(1, valuesBetween(up, outage.until + wayToPrometheus, ended)) > nearlyAll)

    const [success = { labels: {}, samples: [] }] = await stored('alauda_collection_timestamp_seconds')
    const successes = [...new Set(valuesBetween(success, outage.from + wayToPrometheus, outage.until))]
    t.is(successes.length, 1, 'the time of the last success stands still')
    t.true(Math.abs((successes[0] ?? 0) - outage.from) < wayToPrometheus)
    t.true((success.samples.at(-1)?.value ?? 0) > ended - wayToPrometheus)

    const memory = await stored('alauda_instance_memory_usage_bytes')
    t.is(memory.length, uuids.size)
    for (const series of memory) {
      const gap = longestGap(series)
      const seen = `${series.labels.instance_name}: ${gap.from - outage.from} s to ${gap.until - outage.from} s of the outage`
      t.true(gap.until - gap.from <= outageSeconds - maxAgeSeconds + 2 * wayToPrometheus, seen)
      t.true(gap.from - outage.from <= maxAgeSeconds, seen)
      t.true(gap.until >= outage.until, seen)
      const others = series.samples.slice(1).map(({ time }, index) => time - (series.samples[index]?.time ?? time))
      t.is(others.filter((seconds) => seconds > wayToPrometheus).length, 1, 'no other gap')
    }

    const measured = new Map(
      (await stored('alauda_instance_last_sample_timestamp_seconds')).map(({ labels, samples }) => [
        labels.instance_name,
        new Map(samples.map(({ time, value }) => [time, value])),
      ]),
    )
    for (const [metric, [column, divisor]] of Object.entries(metricsOfPoint)) {
      for (const { labels, samples } of await stored(metric)) {
        const { instance_name = '' } = labels
        const wrong = samples.filter(({ time, value }) => {
          const point = cloud.world.pointAt(uuids.get(instance_name) ?? '', measured.get(instance_name)?.get(time) ?? 0)
          return value !== (point?.[column] ?? Number.NaN) / divisor
        })
        t.true(samples.length > beforeSeconds + maxAgeSeconds, `${metric} of ${instance_name}`)
        t.deepEqual(wrong, [], `${metric} of ${instance_name}`)
      }
    }
    const oldest = 'time() - min(alauda_instance_last_sample_timestamp_seconds)'
    const [age] = await prometheus.query(`max_over_time((${oldest})[${rangeSeconds}s:1s])`, ended)
    // A value that went is there for Prometheus until the next scrape.
    t.true((age?.value ?? Number.NaN) <= maxAgeSeconds + 1.5, `the oldest value was ${age?.value} s old`)
    t.true((age?.value ?? Number.NaN) > maxAgeSeconds - wayToPrometheus, `the oldest value was ${age?.value} s old`)

    const counters = Object.keys(metricsOfPoint).filter((name) => name.endsWith('_total'))
    for (const counter of [...counters, 'alauda_api_requests_total']) {
      const resets = await prometheus.query(`resets(${counter}[${rangeSeconds}s])`, ended)
      t.deepEqual(new Set(resets.map(({ value }) => value)), new Set([0]), counter)
    }
    for (const seconds of [30, rangeSeconds]) {
      const rates = await prometheus.query(`rate(alauda_instance_cpu_usage_seconds_total[${seconds}s])`, ended)
      t.is(rates.length, uuids.size)
      for (const { labels, value } of rates) {
        const usedUntil = (time: number) =>
          (cloud.world.pointAt(uuids.get(labels.instance_name ?? '') ?? '', time)?.cpu_cumulative_usage ?? 0) / 1e9
        const rate = (usedUntil(ended - 1) - usedUntil(ended - 1 - seconds)) / seconds
        t.true(Math.abs(value / rate - 1) < 0.1, `${labels.instance_name} in ${seconds} s: ${value} instead of ${rate}`)
      }
    }

    const said = output()
      .split('\n')
      .map((line) => ({ line, time: Date.parse(/^ts=(\S+)/.exec(line)?.[1] ?? '') / 1000 }))
      .filter(({ time }) => time > outage.from)
    const meanwhile = said.filter(({ time }) => time < outage.until).map(({ line }) => line)
    // One for each way to fail, and one of the metrics when it all began in the middle of a collection.
    t.true(meanwhile.length >= 3 && meanwhile.length <= 4, meanwhile.join('\n'))
    t.true(
      meanwhile.every((line) => line.includes('level=warn')),
      meanwhile.join('\n'),
    )
    const afterwards = said.filter(({ time }) => time > outage.until)
    const back = afterwards.filter(({ line }) => line.includes('level=info msg="the service list was read"'))
    t.true((back[0]?.time ?? Number.NaN) < outage.until + wayToPrometheus)
    // Delays of a busy machine are logged too, and their end.
    const late = afterwards.filter(({ line }) => line.includes('level=warn'))
    t.deepEqual(
      late.filter(({ line }) => !line.includes('the collection was not done within 1000 ms')),
      [],
    )
    t.is(back.length, 1 + late.filter(({ line }) => line.includes('the service list could not be read')).length)
  },
)
