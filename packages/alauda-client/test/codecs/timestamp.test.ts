import test from 'ava'
import fc from 'fast-check'
import { Timestamp } from '../../src/codecs/timestamp.js'
import { decoded } from '../helpers/decoded.js'

test('reads the form of 2015, which names UTC', (t) => {
  t.is(decoded(Timestamp, '2015-04-14T09:46:39.457Z'), 1429004799.457)
})

test('reads the form of 2018, which has no zone and means UTC, to the microsecond', (t) => {
  t.is(decoded(Timestamp, '2018-05-11T03:26:56.140445'), 1526009216.140445)
})

test('reads whole seconds and other zones', (t) => {
  t.is(decoded(Timestamp, '2018-05-11T03:26:56'), 1526009216)
  t.is(decoded(Timestamp, '2018-05-11T11:26:56.5+08:00'), 1526009216.5)
})

test('refuses what is no time, and the zero time of languages without null', (t) => {
  for (const input of [
    0,
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    'soon',
    '',
    '2018-13-11T03:26:56Z',
    '2018-05-11',
    null,
    true,
    Number.NaN,
  ]) {
    t.deepEqual(decoded(Timestamp, input), [': a time like 2015-04-14T09:46:39.457Z'])
  }
})

test('agrees with Date on every millisecond of the years since', (t) => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-02'), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      t.is(decoded(Timestamp, date.toISOString()), date.getTime() / 1000)
    }),
  )
})
