import test from 'ava'
import fc from 'fast-check'
import { contentTypes } from '../../src/exposition/parts.js'
import { toText } from '../../src/exposition/text.js'
import { families } from '../../src/families/families.js'
import { family, histogram } from '../../src/families/row.js'
import type { Family, Sample } from '../../src/family.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { parseText } from '../helpers/parse-text.js'
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

test('a family is its help, its type and its samples', (t) => {
  const up = familyOf([{ labels: {}, value: 1 }])
  const sent = familyOf(
    [
      { labels: { service: 'web', instance_name: 'web.0' }, value: 738 },
      { labels: { service: 'web' }, value: 0 },
    ],
    { name: 'sent_bytes_total', help: 'Bytes that were sent.', type: 'counter' },
  )
  t.is(
    toText([up, sent]),
    `# HELP a What a is.
# TYPE a gauge
a 1
# HELP sent_bytes_total Bytes that were sent.
# TYPE sent_bytes_total counter
sent_bytes_total{service="web",instance_name="web.0"} 738
sent_bytes_total{service="web"} 0
`,
  )
})

test('a histogram is its buckets, its sum and its count, subject by subject', (t) => {
  const durations = histogram(
    'request_duration_seconds',
    'How long requests took.',
    ({ count, sumSeconds }: { count: number; sumSeconds: number }) => ({
      buckets: [
        { upToSeconds: 0.05, count: 1 },
        { upToSeconds: 1, count: 2 },
      ],
      sumSeconds,
      count,
    }),
  )
  const subjects = [
    { labels: { endpoint: 'services' }, subject: { count: 3, sumSeconds: 12.5 } },
    { labels: { endpoint: 'instances' }, subject: { count: 2, sumSeconds: 0.75 } },
  ]
  t.is(
    toText([family(durations, ['endpoint'], subjects)]),
    `# HELP request_duration_seconds How long requests took.
# TYPE request_duration_seconds histogram
request_duration_seconds_bucket{endpoint="services",le="0.05"} 1
request_duration_seconds_bucket{endpoint="services",le="1"} 2
request_duration_seconds_bucket{endpoint="services",le="+Inf"} 3
request_duration_seconds_sum{endpoint="services"} 12.5
request_duration_seconds_count{endpoint="services"} 3
request_duration_seconds_bucket{endpoint="instances",le="0.05"} 1
request_duration_seconds_bucket{endpoint="instances",le="1"} 2
request_duration_seconds_bucket{endpoint="instances",le="+Inf"} 2
request_duration_seconds_sum{endpoint="instances"} 0.75
request_duration_seconds_count{endpoint="instances"} 2
`,
  )
})

const timeText = (time: number) => toText([familyOf([{ labels: {}, value: 1, time }])]).split('gauge\n')[1]

test('the time of a sample is written in whole milliseconds', (t) => {
  t.is(timeText(1433753089), 'a 1 1433753089000\n')
  t.is(timeText(1433753089.457), 'a 1 1433753089457\n')
  t.is(timeText(1433753089.4567), 'a 1 1433753089457\n')
  t.is(timeText(0), 'a 1 0\n')
})

test('a family without samples is left out', (t) => {
  t.is(toText([]), '')
  t.is(
    toText([familyOf([]), familyOf([{ labels: {}, value: 2 }], { name: 'b' })]),
    toText([familyOf([{ labels: {}, value: 2 }], { name: 'b' })]),
  )
})

const labelText = (value: string) => toText([familyOf([{ labels: { l: value }, value: 1 }])]).split('gauge\n')[1]

test('backslashes, newlines and quotes in a label are escaped, and nothing else is', (t) => {
  t.is(labelText('C:\\new\n"监控" {x}, $& \t\r'), 'a{l="C:\\\\new\\n\\"监控\\" {x}, $& \t\r"} 1\n')
})

test('half a surrogate pair becomes the replacement character; a whole pair stays', (t) => {
  t.is(labelText('a\ud83db'), 'a{l="a\ufffdb"} 1\n')
  t.is(labelText('\udc33'), 'a{l="\ufffd"} 1\n')
  t.is(labelText('🐳'), 'a{l="🐳"} 1\n')
})

test('in a help text backslashes and newlines are escaped, quotes are not', (t) => {
  const help = 'C:\\new\n"a"'
  t.is(toText([familyOf([{ labels: {}, value: 1 }], { help })]), '# HELP a C:\\\\new\\n"a"\n# TYPE a gauge\na 1\n')
})

const numbers: ReadonlyArray<readonly [number, string]> = [
  [0, '0'],
  [-0, '0'],
  [0.1, '0.1'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1433753089.457, '1433753089.457'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [-2.5, '-2.5'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
]

test('numbers are written so that they are read as the same', (t) => {
  for (const [value, text] of numbers) {
    t.is(toText([familyOf([{ labels: {}, value }])]), `# HELP a What a is.\n# TYPE a gauge\na ${text}\n`)
  }
})

test('the content type names format and version', (t) => {
  t.is(contentTypes.text, 'text/plain; version=0.0.4; charset=utf-8')
})

const milliseconds = fc.nat({ max: 2 ** 42 }).map((time) => time / 1000)

test('the text of any families is read back as the same families', (t) => {
  fc.assert(
    fc.property(arbitraryFamilies(milliseconds), (all) => {
      t.deepEqual(parseText(toText(all)), shown(all))
    }),
  )
})

test('the text of any snapshots is read back as their families, no series twice', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      const all = families(snapshots, allOptions)
      t.deepEqual(parseText(toText(all)), shown(all))
    }),
  )
})
