import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { parseOneOf, parsePositiveInteger, parseSwitch, parseText, parseUnless } from '../../src/settings/setting.js'

test('a text is anything but nothing', (t) => {
  t.deepEqual(parseText(' 灵雀云 '), E.right(' 灵雀云 '))
  t.deepEqual(parseText(''), E.left('must not be empty'))
})

test('a switch is true or false, in these words only', (t) => {
  t.deepEqual(parseSwitch('true'), E.right(true))
  t.deepEqual(parseSwitch('false'), E.right(false))
  for (const text of ['', 'yes', 'no', '1', '0', 'TRUE', 'on', ' true']) {
    t.deepEqual(parseSwitch(text), E.left('must be true or false'), text)
  }
})

test('a positive integer has digits only and starts at 1', (t) => {
  t.deepEqual(parsePositiveInteger('1'), E.right(1))
  t.deepEqual(parsePositiveInteger('999999999'), E.right(999_999_999))
  for (const text of ['', '0', '-1', '+1', '1.5', '1e3', '0x10', '01', ' 1', '1\n', '1000000000', 'many', 'Infinity']) {
    t.deepEqual(parsePositiveInteger(text), E.left('must be a whole number from 1 on'), JSON.stringify(text))
  }
})

test('any positive integer up to nine digits, written down, is read as itself', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (number) => {
      t.deepEqual(parsePositiveInteger(String(number)), E.right(number))
    }),
  )
})

test('one of several words is that word, and the fault names all of them', (t) => {
  const parse = parseOneOf('cn', 'io')
  t.deepEqual(parse('io'), E.right('io'))
  for (const text of ['', 'CN', 'cn ', 'toString']) t.deepEqual(parse(text), E.left('must be one of cn, io'), text)
})

test('a text that no fault is found in is itself', (t) => {
  const parse = parseUnless((text) => (text.startsWith('/') ? undefined : 'must be a path'))
  t.deepEqual(parse('/a'), E.right('/a'))
  t.deepEqual(parse('a'), E.left('must be a path'))
})
