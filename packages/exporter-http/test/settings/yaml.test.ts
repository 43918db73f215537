import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parse } from 'yaml'
import { type Node, parseYaml } from '../../src/settings/yaml.js'
import { scalarValue } from '../../src/settings/yaml-scalar.js'

const at = (line: number, column: number) => ({ line, column })

const plainOf = (node: Node): unknown => {
  if (node.kind === 'text') return node.text
  if (node.kind === 'empty') return undefined
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries(node.entries.map(({ key = '', value }) => [key, plainOf(value)]))
}
const valuesOf = (text: string) => pipe(parseYaml(text), E.map(plainOf))
const faultsOf = (text: string) =>
  pipe(
    parseYaml(text),
    E.swap,
    E.map((faults) => faults.map(({ at: { line, column }, what }) => `${line}:${column}: ${what}`)),
  )

test('tells where each key and value stands', (t) => {
  t.deepEqual(
    parseYaml('a: 1\nb:\n  - x\n  - { c: "y" }\n'),
    E.right<never, Node>({
      kind: 'map',
      at: at(1, 1),
      entries: [
        { key: 'a', at: at(1, 1), value: { kind: 'text', at: at(1, 4), text: '1', value: 1 } },
        {
          key: 'b',
          at: at(2, 1),
          value: {
            kind: 'list',
            at: at(3, 3),
            items: [
              { kind: 'text', at: at(3, 5), text: 'x' },
              {
                kind: 'map',
                at: at(4, 5),
                entries: [{ key: 'c', at: at(4, 7), value: { kind: 'text', at: at(4, 10), text: 'y' } }],
              },
            ],
          },
        },
      ],
    }),
  )
})

test('every scalar is the text that was written', (t) => {
  for (const text of ['007', '1e3', 'yes', 'true', '1_000', '0x10', '2026-01-01', ':10104', '.inf']) {
    t.deepEqual(valuesOf(`a: ${text}`), E.right({ a: text }), text)
  }
  t.deepEqual(
    valuesOf(`a: "x\\ty"\nb: 'it''s'\nc: |\n  x\n  y\nd: null x`),
    E.right({ a: 'x\ty', b: "it's", c: 'x\ny\n', d: 'null x' }),
  )
})

test('a scalar without quotes has its value beside its text where YAML reads it as a number or a switch', (t) => {
  const valueIn = (scalar: string) =>
    pipe(
      parseYaml(scalar),
      E.map((node) => (node.kind === 'text' ? node.value : node.kind)),
    )
  t.deepEqual(valueIn('1e2'), E.right(100))
  t.deepEqual(valueIn('True'), E.right(true))
  for (const scalar of ['yes', '1_000', '.inf', '"1e2"', "'true'", '|\n  1', '!!str 1']) {
    t.deepEqual(valueIn(scalar), E.right(undefined), scalar)
  }
  t.deepEqual(
    pipe(
      parseYaml('[&a 0x10, *a]'),
      E.map((node) => (node.kind === 'list' ? node.items.map((item) => item.kind === 'text' && item.value) : [])),
    ),
    E.right([16, 16]),
  )
})

test('nothing and null are empty, but not in quotes', (t) => {
  t.deepEqual(
    valuesOf('a:\nb: ~\nc: null\nd: "null"\ne: ""\nf: {g}'),
    E.right({
      a: undefined,
      b: undefined,
      c: undefined,
      d: 'null',
      e: '',
      f: { g: undefined },
    }),
  )
})

test('where no value is written the place is that of the key', (t) => {
  t.deepEqual(
    parseYaml('\n  a:\n'),
    E.right<never, Node>({
      kind: 'map',
      at: at(2, 3),
      entries: [{ key: 'a', at: at(2, 3), value: { kind: 'empty', at: at(2, 3) } }],
    }),
  )
})

test('an empty file is empty, also with comments in it', (t) => {
  for (const text of ['', '\n', '# nothing\n', '---\n', '\uFEFF']) {
    t.deepEqual(
      pipe(
        parseYaml(text),
        E.map(({ kind }) => kind),
      ),
      E.right('empty' as const),
      JSON.stringify(text),
    )
  }
})

test('a byte order mark and line breaks of Windows move nothing', (t) => {
  t.deepEqual(
    faultsOf('\uFEFFa: @x\r\nb: 1\r\nc: @y\r\n'),
    E.right([
      '1:4: a value that begins with @, ` or % must stand in quotes',
      '3:4: a value that begins with @, ` or % must stand in quotes',
    ]),
  )
})

test('an alias is what its anchor stands on, and stands where it is written', (t) => {
  t.deepEqual(
    valuesOf('a: &x { b: &y 1 }\nc: *x\nd: [*y, *x]\n'),
    E.right({ a: { b: '1' }, c: { b: '1' }, d: ['1', { b: '1' }] }),
  )
  t.deepEqual(
    pipe(
      parseYaml('a: &x 1\nb: *x'),
      E.map((node) => (node.kind === 'map' ? node.entries.map(({ value }) => value.at) : [])),
    ),
    E.right([at(1, 7), at(2, 4)]),
  )
  t.deepEqual(valuesOf('a: &x 1\nb: *x\nc: &x 2\nd: *x'), E.right({ a: '1', b: '1', c: '2', d: '2' }))
})

test('an alias without an anchor before it is a fault, and so is one within its anchor', (t) => {
  const fault = 'there is no such anchor; a value that begins with * must stand in quotes'
  t.deepEqual(faultsOf('a: *hunter2\nb: [*c]\n'), E.right([`1:4: ${fault}`, `2:5: ${fault}`]))
  t.deepEqual(faultsOf('a: &x { b: [*x] }'), E.right(['1:13: must not contain itself']))
})

test('many aliases of aliases take no time', (t) => {
  const lines = Array.from({ length: 60 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`)
  t.true(E.isRight(parseYaml(`a0: &a0 x\n${lines.join('\n')}`)))
})

test('what is wrong with the syntax is told in words that repeat nothing', (t) => {
  const quotes = 'must stand in quotes'
  const missing = 'something is missing: a closing quote or bracket, a comma, or ": " after a key'
  const misplaced = 'does not belong here; is something not closed or not in quotes?'
  const indent = 'must be indented like what it belongs to; is a bracket not closed above?'
  const oneLine = 'a key must stand in one line and be followed by ": "'
  for (const [text, ...faults] of [
    ['a: "hunter2\nb: 1\n', `3:1: ${missing}`],
    ["a: 'hunter2\n", `2:1: ${missing}`],
    ['a: 1\nhunter2\n', `2:1: ${missing}`],
    ['hunter2\nb: 1\n', `1:1: ${oneLine}`],
    ['a:hunter2\nb: 1\n', `1:1: ${oneLine}`],
    ['a: [1, 2\nb: 3\n', `2:1: ${indent}`],
    ['a: {b: 1\nc: 2\n', `2:1: ${indent}`],
    ['a:\n  b: 1\n c: 2\n', `3:1: ${indent}`],
    ['a:\n\tb: 1\n', '2:1: must be indented with spaces, not with tabs'],
    [
      'a: b: hunter2\n',
      `1:4: a value with ": " in it ${quotes}, and no line may be indented deeper than its neighbours`,
    ],
    ['a: @hunter2\n', `1:4: a value that begins with @, \` or % ${quotes}`],
    ['a: %hunter2\n', `1:4: a value that begins with @, \` or % ${quotes}`],
    ['a: !hunter2\n', `1:4: a value that begins with ! ${quotes}`],
    ['a: & hunter2\n', `1:4: a value that begins with * or & ${quotes}`],
    [
      'a: &x *hunter2\n',
      `1:7: an alias (*name) takes neither anchor nor tag; a value that begins with & or ! ${quotes}`,
    ],
    ['%hunter2\n---\na: 1\n', `1:1: a line that begins with % ${quotes}`],
    [
      'a: "hunter2\\q"\n',
      '1:12: within double quotes there is no such escape; write \\\\ for a backslash, or use single quotes',
    ],
    ['a: "x"hunter2\n', `1:7: ${misplaced}`],
    ['a: ]hunter2\n', `1:4: ${misplaced}`],
    ['- a\nb: hunter2\n', `2:1: ${misplaced}`],
    ['a: 1\n---\nb: 2\n', '2:1: must be one document; here a second one begins'],
    ['a: &x &y 1\n', '1:7: is no right YAML (MULTIPLE_ANCHORS)'],
    ['a: [\n  - b\n]\n', '2:3: within { } and [ ] everything must be written with { } and [ ]'],
  ] as const) {
    t.deepEqual(faultsOf(text), E.right([...faults]), text)
  }
})

test('any text is read or refused with sentences that repeat nothing of it, and never throws', (t) => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ': ',
    '- ',
    '\n',
    '\n  ',
    '\t',
    '"',
    "'",
    '*',
    '&',
    '!',
    '{',
    '}',
    '[',
    ']',
    ',',
    '|',
    '>',
    '#',
    '%',
    '@',
    '---\n',
    '?',
    's3cr3t',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), fc.string(), (pieces, rest) => {
      const result = parseYaml(pieces.join('') + rest)
      if (E.isLeft(result)) t.false(result.left.length === 0 || result.left.some(({ what }) => what.includes('s3cr3t')))
      else t.truthy(result.right.kind)
    }),
    { numRuns: 2000 },
  )
})

test('brackets within brackets without end are refused', (t) => {
  t.true(E.isLeft(parseYaml('['.repeat(20_000))))
})

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
