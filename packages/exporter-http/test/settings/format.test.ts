import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import {
  oneOf,
  onOff,
  positiveInteger,
  rate,
  text,
  textUnless,
  wholeNamePattern,
  wholeNumber,
} from '../../src/settings/format.js'

test('a text is anything but nothing', (t) => {
  t.deepEqual(text.parse(' 灵雀云 '), E.right(' 灵雀云 '))
  t.deepEqual(text.parse(''), E.left('must not be empty'))
})

test('a switch is true or false, in these words only', (t) => {
  t.deepEqual(onOff.parse('true'), E.right(true))
  t.deepEqual(onOff.parse('false'), E.right(false))
  for (const given of ['', 'yes', 'no', '1', '0', 'TRUE', 'on', ' true']) {
    t.deepEqual(onOff.parse(given), E.left('must be true or false'), given)
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
    t.deepEqual(positiveInteger.parse(given), E.left('must be a whole number from 1 on'), JSON.stringify(given))
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
  const { parse } = oneOf('cn', 'io')
  t.deepEqual(parse('io'), E.right('io'))
  for (const text of ['', 'CN', 'cn ', 'toString']) t.deepEqual(parse(text), E.left('must be one of cn, io'), text)
})

test('a text that no fault is found in is itself', (t) => {
  const { parse } = textUnless(/^\//, (given) => (given.startsWith('/') ? undefined : 'must be a path'))
  t.deepEqual(parse('/a'), E.right('/a'))
  t.deepEqual(parse('a'), E.left('must be a path'))
})

test('a whole number may be 0, and a rate may have a fraction', (t) => {
  t.deepEqual(wholeNumber.parse('0'), E.right(0))
  t.deepEqual(wholeNumber.parse('1.5'), E.left('must be a whole number from 0 on'))
  t.deepEqual(rate.parse('2.5'), E.right(2.5))
  for (const given of ['0', '0.0', '0.00']) t.deepEqual(rate.parse(given), E.right(0), given)
  t.deepEqual(rate.parse('0.001'), E.right(0.001))
  // Beyond that a call would wait for longer than timers can.
  for (const given of ['', '-1', '1e3', '.5', '1.', '0.0009', '00.0001', '1000000000']) {
    t.deepEqual(rate.parse(given), E.left('must be 0, or a number from 0.001 on'), given)
  }
})

test('a pattern matches whole names only', (t) => {
  t.deepEqual(wholeNamePattern.parse('a|b'), E.right(/^(?:a|b)$/u))
  t.deepEqual(wholeNamePattern.parse(''), E.left('must not be empty'))
  t.deepEqual(wholeNamePattern.parse('('), E.left('must be a regular expression like kibana|log.*'))
})
