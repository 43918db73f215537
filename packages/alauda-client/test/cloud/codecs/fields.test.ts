import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Instance } from '../../../src/cloud/codecs/instance.js'
import { LogEntry, parseLog } from '../../../src/cloud/codecs/log-entry.js'
import { resource } from '../../../src/cloud/codecs/resource.js'
import { Numeric, Text, Timestamp } from '../../../src/cloud/codecs/scalars.js'
import { toMismatches } from '../../../src/http/failures.js'
import { decoded } from '../../helpers/decoded.js'

test('reads a JSON list', async (assert) => {
  const body = '[{"time": 1433753089, "instance_id": "b1", "message": "ready"}]'
  assert.deepEqual(decoded(t.array(LogEntry), E.toUnion(await parseLog(body))), [
    { time: 1433753089, instance_id: 'b1', message: 'ready' },
  ])
  assert.deepEqual(await parseLog('[]'), E.right([]))
})

test('reads the text of older installations, a message a line', async (assert) => {
  for (const [text, messages] of [
    ['[info] started\n\nready\r\n', ['[info] started', 'ready']],
    ['\r\n\r\na\r\r\nb\rc\nd', ['a\r', 'b\rc', 'd']],
    ['\n\r', ['\r']],
  ] as const) {
    assert.deepEqual(await parseLog(text), E.right(messages.map((message) => ({ message }))))
  }
})

test('lines of a log are those between line breaks, whatever the text', async (assert) => {
  const text = fc.array(fc.constantFrom('a', '\r', '\n', '\r\n', '\u2028')).map((parts) => `x${parts.join('')}`)
  const property = fc.asyncProperty(text, async (body) => {
    const lines = body.split(/\r?\n/).filter((line) => line !== '')
    assert.deepEqual(await parseLog(body), E.right(lines.map((message) => ({ message }))))
  })
  await fc.assert(property)
})

test('takes a number, and a number in a string', (t) => {
  t.is(decoded(Numeric, 2), 2)
  t.is(decoded(Numeric, '2'), 2)
  t.is(decoded(Numeric, '0.7'), 0.7)
})

test('refuses what JavaScript would make a number of', (t) => {
  for (const input of ['', ' ', '0x10', 'Infinity', 'NaN', true, null, [], Number.NaN, Number.POSITIVE_INFINITY]) {
    t.deepEqual(decoded(Numeric, input), [': a number'])
  }
})

test('any finite number is itself, as a number and as text', (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      t.is(decoded(Numeric, value), value)
      t.is(decoded(Numeric, String(value)), Number(String(value)))
    }),
  )
})

test('takes the forms of a decimal number, and no other text, however long', (t) => {
  for (const text of ['1.', '.5', '-.5e+3', '+1.50', ' 7 ', '1E2']) t.is(decoded(Numeric, text), Number(text))
  const digits = '1'.repeat(1_000_000)
  for (const text of ['.', '1.2.3', '1e', `${digits}x`, `${digits}.${digits}x`, `1${' '.repeat(1_000_000)}x`]) {
    t.deepEqual(decoded(Numeric, text), [': a number'])
  }
})

const Thing = resource('Thing', { name: t.string }, { size: t.number })

test('leaves out optional fields in all the ways in which the API says "not there"', (assert) => {
  for (const input of [{}, { size: null }, { size: '' }, { size: 'None' }, { size: 'null' }, { size: undefined }]) {
    assert.deepEqual(decoded(Thing, { name: 'a', ...input }), { name: 'a' })
  }
})

test('leaves out fields that it does not know', (assert) => {
  assert.deepEqual(decoded(Thing, { name: 'a', size: 1, secret: 'hunter2' }), { name: 'a', size: 1 })
})

test('a required field must be there', (assert) => {
  assert.deepEqual(decoded(Thing, {}), ['name: string'])
  assert.deepEqual(decoded(Thing, 'text'), [': Thing'])
  assert.deepEqual(decoded(t.array(Thing), [{ name: 'a' }, { name: 7 }]), ['1.name: string'])
})

test('an optional field of an unknown shape is left out, and named', (assert) => {
  assert.deepEqual(decoded(Thing, { name: 'a', size: { huge: true }, unreadableFields: 'x' }), {
    name: 'a',
    unreadableFields: ['size'],
  })
})

test('half a surrogate pair becomes the replacement character', (t) => {
  t.is(decoded(Text, 'web \ud800'), 'web \ufffd')
  t.deepEqual(decoded(Instance, JSON.parse('{"uuid": "a", "instance_name": "\\ud800.0"}')), {
    uuid: 'a',
    instance_name: '\ufffd.0',
  })
})

test('other text is itself', (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => t.is(decoded(Text, text), text)))
  t.deepEqual(decoded(Text, 7), [': string'])
})

test('reads the form of 2015, which names UTC', (t) => {
  t.is(decoded(Timestamp, '2015-04-14T09:46:39.457Z'), 1429004799.457)
})

test('reads the form of 2018, which has no zone and means UTC, to the microsecond', (t) => {
  t.is(decoded(Timestamp, '2018-05-11T03:26:56.140445'), 1526009216.140445)
})

test('reads whole seconds and other zones', (t) => {
  t.is(decoded(Timestamp, '2018-05-11T03:26:56'), 1526009216)
  t.is(decoded(Timestamp, '2018-05-11T11:26:56.5+08:00'), 1526009216.5)
  t.is(decoded(Timestamp, '2016-02-29T00:00:00+08:00'), 1456675200)
})

test('refuses what is no time, and the zero time of languages without null', (t) => {
  for (const input of [
    0,
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    'soon',
    '',
    '2018-13-11T03:26:56Z',
    '2015-02-29T00:00:00Z',
    '2016-04-31T12:00:00',
    '2016-02-30 00:00:00+08:00',
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

const errorAt = (key: string, expected: string, onRead = () => {}): t.ValidationError => ({
  value: undefined,
  get context() {
    onRead()
    const type = new t.Type<unknown>(expected, (value): value is unknown => true, t.success, t.identity)
    return [
      { key: '', type },
      { key, type },
    ]
  },
})

test('the first 10 mismatches are kept, and no further error is looked at', (assert) => {
  let read = 0
  const errors = Array.from({ length: 100_000 }, (_, index) =>
    errorAt(`${index}`, 'a name', () => {
      read += 1
    }),
  )
  assert.deepEqual(
    toMismatches(errors),
    Array.from({ length: 10 }, (_, index) => ({ path: `${index}`, expected: 'a name' })),
  )
  assert.is(read, 10)
})

test('a mismatch that is reported twice counts once', (assert) => {
  assert.deepEqual(toMismatches([errorAt('a', 'x'), errorAt('a', 'x'), errorAt('a', 'y')]), [
    { path: 'a', expected: 'x' },
    { path: 'a', expected: 'y' },
  ])
})
