import test from 'ava'
import fc from 'fast-check'
import { textContentType, toText } from '../../src/exposition/text.js'
import { families } from '../../src/families/families.js'
import type { Family, Sample } from '../../src/family.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { parseText } from '../helpers/parse-text.js'
import { allOptions } from '../helpers/snapshots.js'

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
  t.is(textContentType, 'text/plain; version=0.0.4; charset=utf-8')
})

const anyText = fc.string({ unit: 'binary' })
const arbitraryFamily: fc.Arbitrary<Family> = fc
  .record({
    name: fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
    help: anyText,
    type: fc.constantFrom('counter', 'gauge'),
    labels: fc.uniqueArray(fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/), { maxLength: 4 }),
  })
  .chain((metric) => {
    const values = fc.array(anyText, { minLength: metric.labels.length, maxLength: metric.labels.length })
    const sample = fc.tuple(values, fc.double()).map(([texts, value]) => ({
      labels: Object.fromEntries(metric.labels.map((label, index) => [label, texts[index] ?? ''])),
      value: value === 0 ? 0 : value, // -0 is written as 0
    }))
    const samples = fc.uniqueArray(sample, { selector: ({ labels }) => JSON.stringify(labels) })
    return samples.map((some) => ({ ...metric, samples: some }))
  })

const shown = (all: ReadonlyArray<Family>) =>
  all
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => ({ name, help, type, samples }))

test('the text of any families is read back as the same families', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(arbitraryFamily, { selector: ({ name }) => name, maxLength: 4 }), (all) => {
      t.deepEqual(parseText(toText(all)), shown(all))
    }),
  )
})

test('the text of any snapshots is read back as their families, no series twice', (t) => {
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      const all = families(snapshots, allOptions)
      const withoutMinusZero = all.map((family) => ({
        ...family,
        samples: family.samples.map(({ labels, value }) => ({ labels, value: value === 0 ? 0 : value })),
      }))
      t.deepEqual(parseText(toText(all)), shown(withoutMinusZero))
    }),
  )
})
