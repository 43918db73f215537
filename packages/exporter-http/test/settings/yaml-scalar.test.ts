import test from 'ava'
import fc from 'fast-check'
import { parse } from 'yaml'
import { scalarValue } from '../../src/settings/yaml-scalar.js'

test('numbers and switches are those of YAML 1.2', (t) => {
  for (const [text, value] of [
    ['032', 32],
    ['+2', 2],
    ['2.0', 2],
    ['.5', 0.5],
    ['5.', 5],
    ['1e2', 100],
    ['0x1F', 31],
    ['0o17', 15],
    ['TRUE', true],
    ['False', false],
  ] as const) {
    t.is(scalarValue(text), value, text)
  }
  for (const text of [
    '',
    'yes',
    'tRUE',
    '1_000',
    '0b1',
    '0X1',
    '1e',
    'e1',
    '.',
    '+',
    '--1',
    '+0x1',
    ' 1',
    '1\n',
    '.inf',
  ]) {
    t.is(scalarValue(text), undefined, text)
  }
})

test('any text is what the YAML library reads it as', (t) => {
  const texts = fc.oneof(
    fc.stringMatching(/^[-+]?[0-9]{0,3}\.?[0-9]{0,3}(?:[eE][-+]?[0-9]{0,2})?$/),
    fc.stringMatching(/^0[xo]?[0-9a-f]{0,4}$/),
    fc.constantFrom('true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'null', 'on'),
    fc.stringMatching(/^[a-z0-9.]{1,6}$/),
  )
  fc.assert(
    fc.property(texts, (text) => {
      // What these texts are beyond a scalar: nothing, an item of a list, or infinity.
      if (/^-?$/.test(text)) return
      const value: unknown = parse(text)
      const isOwn = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
      t.is(scalarValue(text), isOwn ? value : undefined, text)
    }),
    { numRuns: 2000 },
  )
})
