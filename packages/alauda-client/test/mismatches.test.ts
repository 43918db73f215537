import test from 'ava'
import * as t from 'io-ts'
import { toMismatches } from '../src/mismatches.js'

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
