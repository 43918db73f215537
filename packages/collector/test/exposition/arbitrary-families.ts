import fc from 'fast-check'
import { type Distribution, histogram } from '../../src/families/row.js'
import type { Family, Labels, Sample } from '../../src/family.js'

const anyText = fc.string({ unit: 'binary' })
const plainName = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/)

// -0 is written as 0.
const withoutMinusZero = (value: number): number => (value === 0 ? 0 : value)

const distributions: fc.Arbitrary<Distribution> = fc
  .record({
    bounds: fc.uniqueArray(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { maxLength: 4 }),
    counts: fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
    sumSeconds: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  })
  .map(({ bounds, counts, sumSeconds }) => {
    const rising = [...counts].sort((a, b) => a - b)
    const buckets = [...bounds].sort((a, b) => a - b).map((upToSeconds, i) => ({ upToSeconds, count: rising[i] ?? 0 }))
    return { buckets, sumSeconds, count: Math.max(...counts) }
  })

const samplesOf = (type: Family['type']): fc.Arbitrary<ReadonlyArray<Sample>> =>
  type === 'histogram'
    ? distributions.map(histogram<Distribution>('', '', (distribution) => distribution).samples)
    : fc.double().map((value) => [{ labels: {}, value: withoutMinusZero(value) }])

const labelsOf = (names: ReadonlyArray<string>): fc.Arbitrary<Labels> =>
  fc
    .array(anyText, { minLength: names.length, maxLength: names.length })
    .map((texts) => Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])))

const familyOf = (times: fc.Arbitrary<number>): fc.Arbitrary<Family> =>
  fc
    .record({
      name: plainName,
      unit: fc.constantFrom('', '', '_seconds', '_bytes', '_ratio', '_cores'),
      help: anyText,
      type: fc.constantFrom('counter', 'gauge', 'histogram'),
      labels: fc.uniqueArray(
        fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/).filter((name) => name !== 'le'),
        { maxLength: 4 },
      ),
    })
    .chain(({ name, unit, help, type, labels }) => {
      const subject = fc.record({
        identity: labelsOf(labels),
        samples: samplesOf(type),
        time: fc.option(times, { nil: undefined }),
      })
      return fc.uniqueArray(subject, { selector: ({ identity }) => JSON.stringify(identity) }).map((subjects) => ({
        name: `${name}${unit}${type === 'counter' ? '_total' : ''}`,
        help,
        type,
        labels,
        samples: subjects.flatMap(({ identity, samples, time }) =>
          samples.map((sample) => ({
            ...sample,
            labels: { ...identity, ...sample.labels },
            ...(time === undefined ? {} : { time }),
          })),
        ),
      }))
    })

/** Families of every type, some of whose samples have one of the times. None takes a name of another. */
export const arbitraryFamilies = (times: fc.Arbitrary<number>): fc.Arbitrary<ReadonlyArray<Family>> =>
  fc.uniqueArray(familyOf(times), {
    selector: ({ name }) => name.replace(/(_total|_created|_bucket|_sum|_count)+$/, ''),
    maxLength: 4,
  })

/** What of the families is to be read back. */
export const shown = (all: ReadonlyArray<Family>) =>
  all
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, type, samples }) => ({
      name,
      help,
      type,
      samples: samples.map((sample) => ({ ...sample, value: withoutMinusZero(sample.value) })),
    }))
