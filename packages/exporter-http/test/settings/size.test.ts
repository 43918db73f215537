import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { sizeUpTo } from '../../src/settings/size.js'

const size = sizeUpTo(256)

test('a size is a whole number and its unit, in powers of 1024 as with Prometheus', (t) => {
  for (const [given, bytes] of [
    ['1B', 1],
    ['512B', 512],
    ['64KB', 65_536],
    ['64KiB', 65_536],
    ['4MB', 4_194_304],
    ['004MiB', 4_194_304],
    ['256MB', 268_435_456],
    ['262144KB', 268_435_456],
  ] as const) {
    t.deepEqual(size.parse(given), E.right(bytes), given)
  }
})

test('anything else is none, and one that fits into no text is too much', (t) => {
  for (const given of [
    '',
    '4',
    '4M',
    'MB',
    '4mb',
    '4 MB',
    '1.5MB',
    '-4MB',
    '+4MB',
    '0',
    '0MB',
    '4MB\n',
    '4MBi',
    '4iB',
    '4BiB',
  ]) {
    t.deepEqual(size.parse(given), E.left('must be a size like 512B, 64KB or 4MB'), JSON.stringify(given))
  }
  for (const given of ['257MB', '1GB', '1TB', '999999999999TB', '268435457B']) {
    t.deepEqual(size.parse(given), E.left('must be at most 256MB'), given)
  }
})

test('any size is right to its schema and to its parser, or to neither', (t) => {
  const sizes = fc
    .tuple(
      fc.oneof(
        fc.nat({ max: 300 }),
        fc.integer({ min: 262_100, max: 262_200 }),
        fc.integer({ min: 268_435_400, max: 268_435_500 }),
      ),
      fc.constantFrom('', 'B', 'K', 'KB', 'KiB', 'M', 'MB', 'MiB', 'GB', 'GiB', 'TB', 'mb'),
      fc.constantFrom('', '0', '-', '+', ' '),
    )
    .map(([amount, unit, before]) => `${before}${amount}${unit}`)
  const pattern = new RegExp(String(size.schema.pattern), 'u')
  fc.assert(
    fc.property(sizes, (given) => {
      t.is(E.isRight(size.parse(given)), pattern.test(given), given)
    }),
    { numRuns: 2000 },
  )
})
