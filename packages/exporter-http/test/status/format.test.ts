import test from 'ava'
import { ago, bytes, clipped, cores, duration, iso, percent, rate } from '../../src/status/format.js'
import { texts } from '../../src/status/texts.js'

test('what is not known is a dash, and 0 is 0', (t) => {
  t.deepEqual(
    [bytes(undefined), bytes(null), rate(undefined), percent(undefined), duration(undefined)],
    Array(5).fill('–'),
  )
  t.deepEqual([bytes(0), rate(0), percent(0), duration(0)], ['0 B', '0 B/s', '0.0 %', '0 ms'])
})

test('bytes', (t) => {
  t.deepEqual([1, 1023, 1024, 16_072_704, 2 ** 30, 2 ** 70].map(bytes), [
    '1 B',
    '1023 B',
    '1 KiB',
    '15.3 MiB',
    '1 GiB',
    '1048576 PiB',
  ])
})

test('shares', (t) => {
  t.deepEqual([0.0004, 0.001, 0.1234, 0.9994, 0.9999, 1.5].map(percent), [
    '< 0.1 %',
    '0.1 %',
    '12.3 %',
    '99.9 %',
    '100 %',
    '150 %',
  ])
})

test('spans of time', (t) => {
  t.deepEqual([0.0412, 1, 1.234, 61].map(duration), ['41 ms', '1 s', '1.23 s', '61 s'])
  const seconds = [-5, 0.9, 59, 60, 3599, 3600, 86_400, 200_000]
  t.deepEqual(
    seconds.map((each) => ago(each, texts.en)),
    ['0 s ago', '0 s ago', '59 s ago', '1 min ago', '59 min ago', '1 h ago', '1 d ago', '2 d ago'],
  )
  t.is(ago(61, texts.zh), '1 分钟前')
})

test('times that are none', (t) => {
  t.is(iso(1_433_753_089), '2015-06-08T08:44:49.000Z')
  t.is(iso(1e300), '')
})

test('names of any length', (t) => {
  t.is(clipped('kibana'), 'kibana')
  t.is(clipped('x'.repeat(1e6)).length, 121)
  t.is(clipped('灵'.repeat(200)), `${'灵'.repeat(120)}…`)
  t.is(clipped(`${'x'.repeat(119)}😀…`), `${'x'.repeat(119)}…`)
})

test('cores, down to a thousandth', (t) => {
  t.deepEqual([undefined, 0, 0.0001, 0.001, 0.1234, 0.5, 1, 1.236, 12.345, 128.4].map(cores), [
    '–',
    '0',
    '< 0.001',
    '0.001',
    '0.123',
    '0.5',
    '1',
    '1.24',
    '12.3',
    '128',
  ])
})
