import test from 'ava'
import fc from 'fast-check'
import { newestByKey } from '../src/newest.js'

interface Thing {
  readonly key: string
  readonly time?: number
  readonly id?: string
}

const newest = (things: ReadonlyArray<Thing>) =>
  newestByKey(things, { key: ({ key }) => key, time: ({ time }) => time, id: ({ id }) => id })

test('of each key the one that started last is kept, in the order in which the keys came', (t) => {
  const things = [
    { key: 'b', time: 1 },
    { key: 'a', time: 5 },
    { key: 'b', time: 3 },
    { key: 'b', time: 2 },
  ]
  t.deepEqual(newest(things), {
    kept: [
      { key: 'b', time: 3 },
      { key: 'a', time: 5 },
    ],
    duplicates: 2,
  })
})

test('of two that started together the one with the greater id is kept', (t) => {
  const [a, b] = [
    { key: 'k', time: 1, id: 'a' },
    { key: 'k', time: 1, id: 'b' },
  ]
  t.deepEqual(newest([a, b]), { kept: [b], duplicates: 1 })
  t.deepEqual(newest([b, a]), { kept: [b], duplicates: 1 })
})

test('what does not tell when it started is older than what does', (t) => {
  const [untold, told] = [
    { key: 'k', id: 'z' },
    { key: 'k', time: 1, id: 'a' },
  ]
  t.deepEqual(newest([untold, told]), { kept: [told], duplicates: 1 })
  t.deepEqual(newest([told, untold]), { kept: [told], duplicates: 1 })
})

test('nothing comes of nothing', (t) => {
  t.deepEqual(newest([]), { kept: [], duplicates: 0 })
})

const thing: fc.Arbitrary<Thing> = fc.record(
  { key: fc.constantFrom('a', 'b', 'c'), time: fc.nat(3), id: fc.constantFrom('x', 'y', 'z') },
  { requiredKeys: ['key'] },
)
const distinct = fc.uniqueArray(thing, { selector: ({ key, time = 0, id = '' }) => JSON.stringify([key, time, id]) })

test('keys are unique, no key is lost, and the count adds up', (t) => {
  fc.assert(
    fc.property(fc.array(thing), (things) => {
      const { kept, duplicates } = newest(things)
      const keys = kept.map(({ key }) => key)
      t.deepEqual(keys, [...new Set(things.map(({ key }) => key))])
      t.is(kept.length + duplicates, things.length)
    }),
  )
})

test('nothing that was left out is newer than what was kept', (t) => {
  fc.assert(
    fc.property(fc.array(thing), (things) => {
      const { kept } = newest(things)
      for (const { key, time = 0, id = '' } of things) {
        const winner = kept.find((candidate) => candidate.key === key)
        const winnerTime = winner?.time ?? 0
        t.true(winnerTime > time || (winnerTime === time && (winner?.id ?? '') >= id))
      }
    }),
  )
})

test('what is kept does not depend on the order', (t) => {
  const byKey = (a: Thing, b: Thing) => (a.key < b.key ? -1 : 1)
  const inTwoOrders = distinct.chain((things) =>
    fc.tuple(fc.constant(things), fc.shuffledSubarray(things, { minLength: things.length })),
  )
  fc.assert(
    fc.property(inTwoOrders, ([some, other]) => {
      t.deepEqual([...newest(some).kept].sort(byKey), [...newest(other).kept].sort(byKey))
    }),
  )
})
