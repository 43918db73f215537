import test from 'ava'
import fc from 'fast-check'
import { createList, type Entry, type List } from '../src/list.js'

const valuesOf = <A>(list: List<A>): A[] => {
  const values: A[] = []
  for (let entry = list.first(); entry !== undefined; entry = entry.after) values.push(entry.value)
  return values
}

test('whatever comes and goes, a list has what is left of it in its order', (t) => {
  const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat(20)))
  fc.assert(
    fc.property(steps, (taken) => {
      const list = createList<number>()
      const entries: Entry<number>[] = []
      let expected: number[] = []
      for (const [value, step] of taken.entries()) {
        if (step === 'add') {
          entries.push(list.add(value))
          expected.push(value)
          continue
        }
        const entry = entries[step]
        if (entry === undefined) continue
        t.is(list.remove(entry), expected.includes(entry.value))
        expected = expected.filter((other) => other !== entry.value)
      }
      t.deepEqual(valuesOf(list), expected)
      t.is(list.size(), expected.length)
    }),
  )
})

test('what has left a list keeps nothing else in memory', (t) => {
  const list = createList<string>()
  const [, middle] = [list.add('a'), list.add('b'), list.add('c')]
  list.remove(middle)
  t.deepEqual(middle, { value: 'b', before: undefined, after: undefined, isIn: false })
})
