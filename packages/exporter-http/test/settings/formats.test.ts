import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { listenAddress } from '../../src/settings/formats.js'
import {
  chain,
  durationOrZeroUpToDays,
  durationUpToDays,
  longestWaitDays,
  matching,
  numberUpTo,
  oneOf,
  onOff,
  positiveInteger,
  rate,
  sizeUpTo,
  text,
  wholeNamePattern,
  wholeNumber,
} from '../../src/toolkit/config/format.js'
import type { ListenAddress } from '../../src/toolkit/listening.js'

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
    t.deepEqual(parseDuration(text), E.left('a duration like 30s, 5m or 1h30m'), JSON.stringify(text))
  }
})

test('refuses what Node’s timers cannot wait for', (t) => {
  t.deepEqual(parseDuration('24d'), E.right(24 * day))
  for (const text of ['24d1ms', '25d', '4w', '1y', `${'9'.repeat(400)}s`]) {
    t.deepEqual(parseDuration(text), E.left('at most 24d'), text)
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
  t.deepEqual(durationUpToDays(30).parse('31d'), E.left('at most 30d'))
})

test('any text is a duration above 0 or a sentence that does not repeat it', (t) => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^(?:\d{0,3}(?:y|w|d|h|m|s|ms)){0,4}$/))
  fc.assert(
    fc.property(texts, (text) => {
      const result = parseDuration(text)
      if (E.isRight(result)) t.true(result.right > 0 && result.right <= 24 * day)
      else t.regex(result.left, /^(?:a duration like 30s, 5m or 1h30m|at most 24d)$/)
    }),
  )
})

test('where no time at all has a meaning, it is written 0 or 0s', (t) => {
  const { parse } = durationOrZeroUpToDays(24)
  for (const text of ['0', '0s']) t.deepEqual(parse(text), E.right(0), text)
  t.deepEqual(parse('1m30s'), E.right(90_000))
  t.deepEqual(parse('25d'), E.left('at most 24d'))
  for (const text of ['', '00', '0m', '-0', '-1s', ' 0', '5']) {
    t.deepEqual(parse(text), E.left('a duration like 30s, 5m or 1h30m'), JSON.stringify(text))
  }
})

test('a text is anything but nothing', (t) => {
  t.deepEqual(text.parse(' 灵雀云 '), E.right(' 灵雀云 '))
  t.deepEqual(text.parse(''), E.left('a value'))
})

test('a switch is true or false, in these words only', (t) => {
  t.deepEqual(onOff.parse('true'), E.right(true))
  t.deepEqual(onOff.parse('false'), E.right(false))
  for (const given of ['', 'yes', 'no', '1', '0', 'TRUE', 'on', ' true']) {
    t.deepEqual(onOff.parse(given), E.left('true or false'), given)
  }
})

test('a positive integer has digits only and starts at 1', (t) => {
  t.deepEqual(positiveInteger.parse('1'), E.right(1))
  t.deepEqual(positiveInteger.parse('999999999'), E.right(999_999_999))
  for (const given of [
    '',
    '0',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    '01',
    ' 1',
    '1\n',
    '1000000000',
    'many',
    'Infinity',
  ]) {
    t.deepEqual(positiveInteger.parse(given), E.left('a whole number from 1 on'), JSON.stringify(given))
  }
})

test('any positive integer up to nine digits, written down, is read as itself', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (number) => {
      t.deepEqual(positiveInteger.parse(String(number)), E.right(number))
    }),
  )
})

test('one of several words is that word, and the fault names all of them', (t) => {
  const { parse } = oneOf('CLOUD', 'cn', 'io')
  t.deepEqual(parse('io'), E.right('io'))
  for (const text of ['', 'CN', 'cn ', 'toString']) t.deepEqual(parse(text), E.left('one of cn, io'), text)
})

test('a text that matches stands for a value, unless something else is expected', (t) => {
  const { parse } = chain(matching('PATH', /^\//, 'a path'), (given) =>
    given === '/' ? E.left('a longer one') : E.right(given.slice(1)),
  )
  t.deepEqual(parse('/a'), E.right('a'))
  t.deepEqual(parse('a'), E.left('a path'))
  t.deepEqual(parse('/'), E.left('a longer one'))
})

test('a whole number may be 0, and a rate may have a fraction', (t) => {
  t.deepEqual(wholeNumber.parse('0'), E.right(0))
  t.deepEqual(wholeNumber.parse('1.5'), E.left('a whole number from 0 on'))
  t.deepEqual(rate.parse('2.5'), E.right(2.5))
  for (const given of ['0', '0.0', '0.00']) t.deepEqual(rate.parse(given), E.right(0), given)
  t.deepEqual(rate.parse('0.001'), E.right(0.001))
  // Beyond that a call would wait for longer than timers can.
  for (const given of ['', '-1', '1e3', '.5', '1.', '0.0009', '00.0001', '1000000000']) {
    t.deepEqual(rate.parse(given), E.left('0, or a number from 0.001 on'), given)
  }
})

test('a pattern matches whole names only', (t) => {
  t.deepEqual(wholeNamePattern.parse('a|b'), E.right(/^(?:a|b)$/u))
  t.deepEqual(wholeNamePattern.parse(''), E.left('a regular expression like kibana|log.*'))
  t.deepEqual(wholeNamePattern.parse('('), E.left('a regular expression like kibana|log.*'))
})

test('a port alone means every address of the machine', (t) => {
  t.deepEqual(listenAddress.parse(':10104'), E.right({ port: 10104 }))
  t.deepEqual(listenAddress.parse(':0'), E.right({ port: 0 }))
})

test('a host is an IPv4 address, a name, or an IPv6 address in brackets', (t) => {
  t.deepEqual(listenAddress.parse('127.0.0.1:80'), E.right({ host: '127.0.0.1', port: 80 }))
  t.deepEqual(listenAddress.parse('localhost:65535'), E.right({ host: 'localhost', port: 65535 }))
  t.deepEqual(listenAddress.parse('[::1]:80'), E.right({ host: '::1', port: 80 }))
  t.deepEqual(listenAddress.parse('[::ffff:127.0.0.1]:80'), E.right({ host: '::ffff:127.0.0.1', port: 80 }))
  t.deepEqual(listenAddress.parse('[FE80::1]:80'), E.right({ host: 'FE80::1', port: 80 }))
  t.deepEqual(listenAddress.parse('[fe80::1%eth0.1]:80'), E.right({ host: 'fe80::1%eth0.1', port: 80 }))
})

test('refuses everything else, and says what would be right', (t) => {
  const texts = [
    '',
    '10104',
    ':',
    'localhost',
    'localhost:',
    '::1:80',
    '[::1]',
    '[]:80',
    '[fe80::1%]:80',
    '[%eth0]:80',
    '[localhost]:80',
    '[::1:80',
    '::1]:80',
  ]
  const ports = [
    ':65536',
    ':-1',
    ':+1',
    ':1.5',
    ':1e3',
    ':http',
    ':80 ',
    ' :80',
    ':80\n',
    ':８０',
    'a b:80',
    'http://localhost:80',
  ]
  for (const text of [...texts, ...ports]) {
    t.deepEqual(
      listenAddress.parse(text),
      E.left('an address like :10104, 127.0.0.1:10104 or [::1]:10104'),
      JSON.stringify(text),
    )
  }
})

const formatListenAddress = ({ host = '', port }: ListenAddress) => `${host.includes(':') ? `[${host}]` : host}:${port}`

test('any address, written down, is read as itself', (t) => {
  const addresses = fc.record(
    { host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), port: fc.integer({ min: 0, max: 65535 }) },
    { requiredKeys: ['port'] },
  )
  fc.assert(
    fc.property(addresses, (address) => {
      t.deepEqual(listenAddress.parse(formatListenAddress(address)), E.right(address))
    }),
  )
})

test('whatever is accepted has a port that can be listened on', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\[?[0-9a-f:.]{0,6}\]?:\d{1,6}$/)), (text) => {
      const result = listenAddress.parse(text)
      if (E.isLeft(result)) t.is(result.left, 'an address like :10104, 127.0.0.1:10104 or [::1]:10104')
      else t.true(Number.isInteger(result.right.port) && result.right.port >= 0 && result.right.port <= 65535)
    }),
  )
})

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
    t.deepEqual(size.parse(given), E.left('a size like 512B, 64KB or 4MB'), JSON.stringify(given))
  }
  for (const given of ['257MB', '1GB', '1TB', '999999999999TB', '268435457B']) {
    t.deepEqual(size.parse(given), E.left('at most 256MB'), given)
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

test('any number, with zeros before it or without, matches up to the limit and not beyond', (t) => {
  const limits = fc.oneof(fc.nat({ max: 120 }), fc.nat({ max: 99_999 }))
  fc.assert(
    fc.property(limits, fc.integer({ min: -200, max: 200 }), fc.nat({ max: 3 }), (limit, difference, zeros) => {
      const number = Math.max(0, limit + difference)
      const pattern = new RegExp(`^${numberUpTo(limit)}$`)
      t.is(pattern.test('0'.repeat(zeros) + number), number <= limit, `${number} of ${limit}`)
    }),
    { numRuns: 2000 },
  )
  for (const text of ['', '-1', '1.0', 'a']) t.false(new RegExp(`^${numberUpTo(24)}$`).test(text))
})
