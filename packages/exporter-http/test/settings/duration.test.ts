import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { durationOrZeroUpToDays, durationUpToDays, longestWaitDays } from '../../src/settings/duration.js'

const { parse: parseDuration } = durationUpToDays(longestWaitDays)

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test('reads every unit that Prometheus writes', (t) => {
  const examples: ReadonlyArray<readonly [string, number]> = [
    ['1ms', 1],
    ['50ms', 50],
    ['30s', 30 * second],
    ['5m', 5 * minute],
    ['2h', 2 * hour],
    ['3d', 3 * day],
    ['1w', 7 * day],
    ['1h30m', 90 * minute],
    ['1m30s', 90 * second],
    ['1w2d3h4m5s6ms', 9 * day + 3 * hour + 4 * minute + 5 * second + 6],
    ['90s', 90 * second],
    ['0h5m', 5 * minute],
    ['007s', 7 * second],
  ]
  for (const [text, ms] of examples) t.deepEqual(parseDuration(text), E.right(ms), text)
})

test('refuses what Prometheus would not take for a duration, and no time at all', (t) => {
  const texts = [
    '',
    '0s',
    '0',
    '5',
    'soon',
    '-5s',
    '+5s',
    '1.5h',
    '5 m',
    ' 5m',
    '5m ',
    '5m\n',
    '5M',
    '5min',
    '1s1m',
    '1m1m',
  ]
  for (const text of [...texts, '1e3s', '٣s', 'ms', '0x1s', '1m30', 'Infinity']) {
    t.deepEqual(parseDuration(text), E.left('must be a duration like 30s, 5m or 1h30m'), JSON.stringify(text))
  }
})

test('refuses what Node’s timers cannot wait for', (t) => {
  t.deepEqual(parseDuration('24d'), E.right(24 * day))
  for (const text of ['24d1ms', '25d', '4w', '1y', `${'9'.repeat(400)}s`]) {
    t.deepEqual(parseDuration(text), E.left('must be at most 24d'), text)
  }
})

test('what is accepted fits into a timer of Node: 32 bits with a sign', (t) => {
  const ms = E.getOrElse(() => Number.NaN)(parseDuration('24d'))
  t.true(ms <= 2 ** 31 - 1)
})

/** As Prometheus writes it: the greatest units first, none that is 0. */
const format = (ms: number): string => {
  let rest = ms
  const parts: string[] = []
  for (const [unit, size] of [
    ['w', 7 * day],
    ['d', day],
    ['h', hour],
    ['m', minute],
    ['s', second],
    ['ms', 1],
  ] as const) {
    const amount = Math.floor(rest / size)
    if (amount > 0) parts.push(`${amount}${unit}`)
    rest -= amount * size
  }
  return parts.join('')
}

test('any duration, written as Prometheus writes it, is read as itself', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 * day }), (ms) => {
      t.deepEqual(parseDuration(format(ms)), E.right(ms))
    }),
  )
})

test('what is not waited for may be longer', (t) => {
  t.deepEqual(durationUpToDays(30).parse('30d'), E.right(30 * day))
  t.deepEqual(durationUpToDays(30).parse('31d'), E.left('must be at most 30d'))
})

test('any text is a duration above 0 or a sentence that does not repeat it', (t) => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^(?:\d{0,3}(?:y|w|d|h|m|s|ms)){0,4}$/))
  fc.assert(
    fc.property(texts, (text) => {
      const result = parseDuration(text)
      if (E.isRight(result)) t.true(result.right > 0 && result.right <= 24 * day)
      else t.regex(result.left, /^must be (?:a duration like 30s, 5m or 1h30m|at most 24d)$/)
    }),
  )
})

test('where no time at all has a meaning, it is written 0 or 0s', (t) => {
  const { parse } = durationOrZeroUpToDays(24)
  for (const text of ['0', '0s']) t.deepEqual(parse(text), E.right(0), text)
  t.deepEqual(parse('1m30s'), E.right(90_000))
  t.deepEqual(parse('25d'), E.left('must be at most 24d'))
  for (const text of ['', '00', '0m', '-0', '-1s', ' 0', '5']) {
    t.deepEqual(parse(text), E.left('must be a duration like 30s, 5m or 1h30m'), JSON.stringify(text))
  }
})
