import test from 'ava'
import fc from 'fast-check'
import { toOpenMetrics } from '../../src/exposition/open-metrics.js'
import { contentTypes } from '../../src/exposition/parts.js'
import { families } from '../../src/families/families.js'
import { counter, family, gauge, histogram, info } from '../../src/families/row.js'
import type { Family, Sample } from '../../src/family.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { parseOpenMetrics } from '../helpers/parse-open-metrics.js'
import { allOptions } from '../helpers/snapshots.js'
import { arbitraryFamilies, shown } from './arbitrary-families.js'

const familyOf = (samples: ReadonlyArray<Sample>, others: Partial<Family> = {}): Family => ({
  name: 'a',
  help: 'What a is.',
  type: 'gauge',
  labels: [],
  samples,
  ...others,
})

interface Web {
  readonly sentBytes: number
  readonly share: number
  readonly durations: ReadonlyArray<number>
  readonly image: string
}

test('a page of every type of metric', (t) => {
  const subjects: ReadonlyArray<{ labels: { service: string }; subject: Web }> = [
    { labels: { service: 'web' }, subject: { sentBytes: 738, share: 0.125, durations: [1, 2, 3], image: 'nginx' } },
    { labels: { service: '监控' }, subject: { sentBytes: 0, share: 1, durations: [0, 0, 0], image: 'C:\\"x"' } },
  ]
  const rows = [
    counter('sent_bytes_total', 'Bytes that were sent.', (web: Web) => web.sentBytes),
    counter('errors_total', 'What went wrong.', () => 0),
    gauge('cpu_utilization_ratio', 'Share of "its" CPU.', (web: Web) => web.share),
    histogram('duration_seconds', 'How long requests took.', ({ durations: [few = 0, more = 0, all = 0] }: Web) => ({
      buckets: [
        { upToSeconds: 0.05, count: few },
        { upToSeconds: 1, count: more },
      ],
      sumSeconds: all * 2.5,
      count: all,
    })),
    info('service_info', 'What the service is.', { image: (web: Web) => web.image }),
  ]
  const measured = familyOf([{ labels: {}, value: 1, time: 1433753089.457 }], { name: 'memory_bytes', help: 'Memory.' })
  t.is(
    toOpenMetrics([...rows.map((row) => family(row, ['service'], subjects)), familyOf([]), measured]),
    `# TYPE sent_bytes counter
# UNIT sent_bytes bytes
# HELP sent_bytes Bytes that were sent.
sent_bytes_total{service="web"} 738
sent_bytes_total{service="监控"} 0
# TYPE errors counter
# HELP errors What went wrong.
errors_total{service="web"} 0
errors_total{service="监控"} 0
# TYPE cpu_utilization_ratio gauge
# UNIT cpu_utilization_ratio ratio
# HELP cpu_utilization_ratio Share of \\"its\\" CPU.
cpu_utilization_ratio{service="web"} 0.125
cpu_utilization_ratio{service="监控"} 1
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
# HELP duration_seconds How long requests took.
duration_seconds_bucket{service="web",le="0.05"} 1
duration_seconds_bucket{service="web",le="1.0"} 2
duration_seconds_bucket{service="web",le="+Inf"} 3
duration_seconds_sum{service="web"} 7.5
duration_seconds_count{service="web"} 3
duration_seconds_bucket{service="监控",le="0.05"} 0
duration_seconds_bucket{service="监控",le="1.0"} 0
duration_seconds_bucket{service="监控",le="+Inf"} 0
duration_seconds_sum{service="监控"} 0
duration_seconds_count{service="监控"} 0
# TYPE service_info gauge
# HELP service_info What the service is.
service_info{service="web",image="nginx"} 1
service_info{service="监控",image="C:\\\\\\"x\\""} 1
# TYPE memory_bytes gauge
# UNIT memory_bytes bytes
# HELP memory_bytes Memory.
memory_bytes 1 1433753089.457
# EOF
`,
  )
})

test('a page without samples only ends', (t) => {
  t.is(toOpenMetrics([]), '# EOF\n')
  t.is(toOpenMetrics([familyOf([])]), '# EOF\n')
})

const unitLine = (name: string, type: Family['type'] = 'gauge') =>
  /^# UNIT .*$/m.exec(toOpenMetrics([familyOf([{ labels: {}, value: 1 }], { name, type })]))?.[0]

test('the unit is what the name ends in, when that is one', (t) => {
  t.is(unitLine('a_seconds'), '# UNIT a_seconds seconds')
  t.is(unitLine('a_bytes'), '# UNIT a_bytes bytes')
  t.is(unitLine('a_ratio'), '# UNIT a_ratio ratio')
  t.is(unitLine('a_cores'), '# UNIT a_cores cores')
  t.is(unitLine('a_seconds_total', 'counter'), '# UNIT a_seconds seconds')
  t.is(unitLine('a_timestamp_seconds'), '# UNIT a_timestamp_seconds seconds')
  t.is(unitLine('a_instances'), undefined)
  t.is(unitLine('a_seconds_max'), undefined)
  t.is(unitLine('seconds'), undefined)
  t.is(unitLine('aseconds'), undefined)
})

test('of the names only counters’ lose _total, and their samples have it always', (t) => {
  const sample = [{ labels: {}, value: 1 }]
  const helped = '# HELP a What a is.\n'
  const ofCounter = `# TYPE a counter\n${helped}a_total 1\n# EOF\n`
  t.is(toOpenMetrics([familyOf(sample, { name: 'a_total', type: 'counter' })]), ofCounter)
  t.is(toOpenMetrics([familyOf(sample, { name: 'a', type: 'counter' })]), ofCounter)
  t.is(
    toOpenMetrics([familyOf(sample, { name: 'a_total' })]),
    '# TYPE a_total gauge\n# HELP a_total What a is.\na_total 1\n# EOF\n',
  )
})

const lineOf = (sample: Sample, type: Family['type'] = 'gauge') =>
  toOpenMetrics([familyOf([sample], { type })]).slice(
    `# TYPE a ${type}\n# HELP a What a is.\n`.length,
    -'# EOF\n'.length,
  )

test('backslashes, newlines and quotes in a label are escaped, and nothing else is', (t) => {
  t.is(
    lineOf({ labels: { l: 'C:\\new\n"监控" {x}, $& \t\r' }, value: 1 }),
    'a{l="C:\\\\new\\n\\"监控\\" {x}, $& \t\r"} 1\n',
  )
})

test('half a surrogate pair becomes the replacement character; a whole pair stays', (t) => {
  t.is(lineOf({ labels: { l: 'a\ud83db' }, value: 1 }), 'a{l="a\ufffdb"} 1\n')
  t.is(lineOf({ labels: { l: '🐳' }, value: 1 }), 'a{l="🐳"} 1\n')
})

test('in a help text backslashes, newlines and quotes are escaped', (t) => {
  const help = 'C:\\new\n"a"'
  t.is(
    toOpenMetrics([familyOf([{ labels: {}, value: 1 }], { help })]),
    '# TYPE a gauge\n# HELP a C:\\\\new\\n\\"a\\"\na 1\n# EOF\n',
  )
})

const numbers: ReadonlyArray<readonly [number, string]> = [
  [0, '0'],
  [-0, '0'],
  [0.1 + 0.2, '0.30000000000000004'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [-2.5, '-2.5'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
]

test('numbers are written so that they are read as the same', (t) => {
  for (const [value, text] of numbers) t.is(lineOf({ labels: {}, value }), `a ${text}\n`)
})

test('the time of a sample is written in seconds, to the last digit', (t) => {
  const line = (time: number) => lineOf({ labels: {}, value: 1, time })
  t.is(line(1433753089), 'a 1 1433753089\n')
  t.is(line(1433753089.457), 'a 1 1433753089.457\n')
  t.is(line(1433753089.4567), 'a 1 1433753089.4567\n')
  t.is(line(0.001), 'a 1 0.001\n')
  t.is(line(0), 'a 1 0\n')
})

// The specification's examples of canonical numbers.
const bounds = [
  ...['0.0', '0.001', '0.002', '0.01', '0.1', '0.9', '0.95', '0.99', '0.999', '1.0', '1.7', '10.0'],
  ...['1e-10', '1e-09', '1e-05', '0.0001', '100000.0', '1e+06', '1e+10', '1e+23', '1.1e+23', '+Inf'],
]

test('bounds of buckets are written as canonical numbers', (t) => {
  const bucket = (le: string) => lineOf({ labels: { le }, value: 1, suffix: '_bucket' }, 'histogram')
  for (const bound of bounds) {
    t.is(bucket(bound), `a_bucket{le="${bound}"} 1\n`)
    t.is(bucket(bound === '+Inf' ? bound : String(Number(bound))), `a_bucket{le="${bound}"} 1\n`)
  }
  t.is(bucket('2500'), 'a_bucket{le="2500.0"} 1\n')
  t.is(bucket('1234567.5'), 'a_bucket{le="1.2345675e+06"} 1\n')
  t.is(bucket('-1'), 'a_bucket{le="-1.0"} 1\n')
})

test('a label le of anything but a bucket is a label as others are', (t) => {
  t.is(lineOf({ labels: { le: '1' }, value: 1 }), 'a{le="1"} 1\n')
})

test('the content type names format and version', (t) => {
  t.is(contentTypes.openmetrics, 'application/openmetrics-text; version=1.0.0; charset=utf-8')
})

const units = ['seconds', 'bytes', 'ratio', 'cores']

const shownAsOpenMetrics = (all: ReadonlyArray<Family>) =>
  shown(all).map(({ name, ...others }) => {
    const ownName = others.type === 'counter' ? name.replace(/_total$/, '') : name
    const unit = units.find((one) => ownName.endsWith(`_${one}`))
    return { name: ownName, ...others, ...(unit === undefined ? {} : { unit }) }
  })

const times = fc.double({ min: 1, max: 2 ** 42, noNaN: true })

test('the text of any families is read back as the same families', (t) => {
  fc.assert(
    fc.property(arbitraryFamilies(times), (all) => {
      t.deepEqual(parseOpenMetrics(toOpenMetrics(all)), shownAsOpenMetrics(all))
    }),
  )
})

test('the text of any snapshots is read back as their families, no series twice', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      const all = families(snapshots, allOptions)
      t.deepEqual(parseOpenMetrics(toOpenMetrics(all)), shownAsOpenMetrics(all))
    }),
  )
})
