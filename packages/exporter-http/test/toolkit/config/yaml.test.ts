import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checked, problemText } from '../../../src/toolkit/config/problem.js'
import type { Value } from '../../../src/toolkit/config/value.js'
import { parseYaml as parseFile } from '../../../src/toolkit/config/yaml.js'

const parseYaml = (text: string) => checked((report) => parseFile('a.yml', text, report))

/** Each value with its line and column, and its setting where it has one. */
type Shape =
  | readonly [at: string, value: string | number | boolean | null]
  | readonly [at: string, items: ReadonlyArray<Shape>]
  | readonly [at: string, entries: { readonly [key: string]: readonly [keyAt: string, value: Shape] }]

const shapeOf = (value: Value): Shape => {
  const at = `${value.place.line}:${value.place.column}`
  if (value.kind === 'value') return [at, value.value]
  if (value.kind === 'nothing') return [at, null]
  if (value.kind === 'list') return [at, value.items().map(shapeOf)]
  const entries = value.entries().map(({ key, place, value }) => {
    const keyAt = `${place.line}:${place.column}`
    return [key, [keyAt, shapeOf(value)]] as const
  })
  return [at, Object.fromEntries(entries)]
}

const plainOf = (value: Value): unknown => {
  if (value.kind === 'value') return value.text
  if (value.kind === 'nothing') return undefined
  if (value.kind === 'list') return value.items().map(plainOf)
  return Object.fromEntries(value.entries().map(({ key, value }) => [key, plainOf(value)]))
}
const valuesOf = (text: string) => pipe(parseYaml(text), E.map(plainOf))
const faultsOf = (text: string) =>
  pipe(
    parseYaml(text),
    E.swap,
    E.map((problems) => problems.map((problem) => problemText(problem).replace(/^a\.yml:/, ''))),
  )
const shapes = (text: string) => pipe(parseYaml(text), E.map(shapeOf))

test('gives the place of each key and value', (t) => {
  t.deepEqual(
    shapes('a: 1\nb:\n  - x\n  - { c: "y" }\n'),
    E.right<never, Shape>([
      '1:1',
      {
        a: ['1:1', ['1:4', 1]],
        b: [
          '2:1',
          [
            '3:3',
            [
              ['3:5', 'x'],
              ['4:5', { c: ['4:7', ['4:10', 'y']] }],
            ],
          ],
        ],
      },
    ]),
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
      shapes(scalar),
      E.map(([, value]) => value),
    )
  t.deepEqual(valueIn('1e2'), E.right(100))
  t.deepEqual(valueIn('True'), E.right(true))
  for (const [scalar, text] of [
    ['yes', 'yes'],
    ['1_000', '1_000'],
    ['.inf', '.inf'],
    ['"1e2"', '1e2'],
    ["'true'", 'true'],
    ['|\n  1', '1\n'],
    ['!!str 1', '1'],
  ] as const) {
    t.deepEqual(valueIn(scalar), E.right(text), scalar)
  }
  t.deepEqual(
    valueIn('[&a 0x10, *a]'),
    E.right([
      ['1:5', 16],
      ['1:11', 16],
    ]),
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
  t.deepEqual(shapes('\n  a:\n'), E.right<never, Shape>(['2:3', { a: ['2:3', ['2:3', null]] }]))
})

test('an empty file is empty, also with comments in it', (t) => {
  for (const text of ['', '\n', '# nothing\n', '---\n', '\uFEFF']) {
    t.deepEqual(
      pipe(
        parseYaml(text),
        E.map(({ kind }) => kind),
      ),
      E.right('nothing' as const),
      JSON.stringify(text),
    )
  }
})

test('a byte order mark and line breaks of Windows move nothing', (t) => {
  t.deepEqual(
    faultsOf('\uFEFFa: @x\r\nb: 1\r\nc: @y\r\n'),
    E.right([
      '1:4: a value that begins with @, ` or % needs quotes',
      '3:4: a value that begins with @, ` or % needs quotes',
    ]),
  )
})

test('an alias is what its anchor stands on, and stands where it is written', (t) => {
  t.deepEqual(
    valuesOf('a: &x { b: &y 1 }\nc: *x\nd: [*y, *x]\n'),
    E.right({ a: { b: '1' }, c: { b: '1' }, d: ['1', { b: '1' }] }),
  )
  t.deepEqual(shapes('a: &x 1\nb: *x'), E.right(['1:1', { a: ['1:1', ['1:7', 1]], b: ['2:1', ['2:4', 1]] }]))
  t.deepEqual(valuesOf('a: &x 1\nb: *x\nc: &x 2\nd: *x'), E.right({ a: '1', b: '1', c: '2', d: '2' }))
})

test('an alias without an anchor before it is a problem; one within its anchor is read as far as it is asked for', (t) => {
  const fault = 'unknown anchor; a value that begins with * needs quotes'
  t.deepEqual(faultsOf('a: *hunter2\nb: [*c]\n'), E.right([`1:4: ${fault}`, `2:5: ${fault}`]))
  t.true(E.isRight(parseYaml('a: &x { b: [*x] }')))
})

test('many aliases of aliases take no time', (t) => {
  const lines = Array.from({ length: 60 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`)
  t.true(E.isRight(parseYaml(`a0: &a0 x\n${lines.join('\n')}`)))
})

test('problems of the syntax are reported in words that repeat nothing', (t) => {
  const quotes = 'needs quotes'
  const missing = 'a closing quote or bracket, a comma, or ": " after a key is missing'
  const misplaced = 'unexpected here; is something not closed or not quoted?'
  const indent = 'wrong indentation; is a bracket not closed above?'
  const oneLine = 'a key must stand on one line and end with ": "'
  for (const [text, ...faults] of [
    ['a: "hunter2\nb: 1\n', `3:1: ${missing}`],
    ["a: 'hunter2\n", `2:1: ${missing}`],
    ['a: 1\nhunter2\n', `2:1: ${missing}`],
    ['hunter2\nb: 1\n', `1:1: ${oneLine}`],
    ['a:hunter2\nb: 1\n', `1:1: ${oneLine}`],
    ['a: [1, 2\nb: 3\n', `2:1: ${indent}`],
    ['a: {b: 1\nc: 2\n', `2:1: ${indent}`],
    ['a:\n  b: 1\n c: 2\n', `3:1: ${indent}`],
    ['a:\n\tb: 1\n', '2:1: a tab indents this line, expected spaces'],
    [
      'a: b: hunter2\n',
      `1:4: a value that contains ": " ${quotes}; a line must not be indented deeper than its neighbours`,
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
      '1:12: unknown escape within double quotes; write \\\\ for a backslash, or use single quotes',
    ],
    ['a: "x"hunter2\n', `1:7: ${misplaced}`],
    ['a: ]hunter2\n', `1:4: ${misplaced}`],
    ['- a\nb: hunter2\n', `2:1: ${misplaced}`],
    ['a: 1\n---\nb: 2\n', '2:1: a second document begins here, expected one'],
    ['a: &x &y 1\n', '1:7: invalid YAML (MULTIPLE_ANCHORS)'],
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
      if (E.isLeft(result)) t.false(result.left.length === 0 || result.left.map(problemText).join().includes('s3cr3t'))
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
    t.deepEqual(shapes(text), E.right(['1:1', value]), text)
  }
  for (const text of ['yes', 'tRUE', '1_000', '0b1', '0X1', '1e', 'e1', '.', '+', '--1', '+0x1', '.inf', '1e999']) {
    t.deepEqual(shapes(text), E.right(['1:1', text]), text)
  }
})
