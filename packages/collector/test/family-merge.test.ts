import test from 'ava'
import fc from 'fast-check'
import { type Family, mergeFamilies, type Sample, withLabels } from '../src/family.js'

const familyOf = (name: string, labels: ReadonlyArray<string>, ...samples: Family['samples']): Family => ({
  name,
  help: `Of ${name}.`,
  type: 'gauge',
  labels,
  samples,
})

test('labels come after a family’s own, on its samples too, which else stay as they are', (t) => {
  const plain = familyOf('up', ['namespace'], { labels: { namespace: 'demo' }, value: 1, time: 1000, suffix: '_sum' })
  t.deepEqual(withLabels({ account: 'north', a: 'b' })(plain), {
    name: 'up',
    help: 'Of up.',
    type: 'gauge',
    labels: ['namespace', 'account', 'a'],
    samples: [{ labels: { namespace: 'demo', account: 'north', a: 'b' }, value: 1, time: 1000, suffix: '_sum' }],
  })
})

test('no labels leave a family as it is', (t) => {
  const plain = familyOf('up', ['namespace'])
  t.is(withLabels({})(plain), plain)
})

test('families of one name become one, with the samples of all in order; the others stay', (t) => {
  const [north, south] = ['north', 'south'].map((account) =>
    familyOf('up', ['account'], { labels: { account }, value: 1 }),
  )
  const lone = familyOf('lone', [], { labels: {}, value: 7 })
  if (north === undefined || south === undefined) return t.fail()
  t.deepEqual(mergeFamilies([north, lone, south]), [
    familyOf('up', ['account'], ...north.samples, ...south.samples),
    lone,
  ])
  t.deepEqual(mergeFamilies([south, north]), [familyOf('up', ['account'], ...south.samples, ...north.samples)])
  t.deepEqual(mergeFamilies([]), [])
})

test('the labels of a merged family are those of all', (t) => {
  t.deepEqual(mergeFamilies([familyOf('labels', ['service', 'a']), familyOf('labels', ['service', 'b'])]), [
    familyOf('labels', ['service', 'a', 'b']),
  ])
})

test('whatever is merged, each name is there once, in the order in which names first appear, and no series twice or lost', (t) => {
  const some = fc.array(
    fc
      .record({ name: fc.constantFrom('a', 'b', 'c'), values: fc.array(fc.nat(), { maxLength: 3 }) })
      .map(({ name, values }) =>
        familyOf(name, [], ...values.map((value) => ({ labels: { value: `${value % 3}` }, value }))),
      ),
  )
  fc.assert(
    fc.property(some, (families) => {
      const merged = mergeFamilies(families)
      t.deepEqual(
        merged.map(({ name }) => name),
        [...new Set(families.map(({ name }) => name))],
      )
      for (const { name, samples } of merged) {
        const all = families.filter((family) => family.name === name).flatMap((family) => family.samples)
        const isFirst = ({ labels }: Sample, index: number) =>
          all.findIndex((other) => other.labels.value === labels.value) === index
        t.deepEqual(samples, all.filter(isFirst))
      }
    }),
  )
})

test('of samples of one series the first stays, however their labels are written', (t) => {
  const sample = (labels: Sample['labels'], value: number) => ({ labels, value })
  const [first, other] = [sample({ a: '1', b: '2' }, 1), sample({ a: '1', b: '3' }, 2)]
  const repeated = [sample({ b: '2', a: '1' }, 3), sample({ a: '1', b: '2', c: '' }, 4)]
  t.deepEqual(mergeFamilies([familyOf('up', ['a', 'b'], first, other), familyOf('up', ['a', 'b'], ...repeated)]), [
    familyOf('up', ['a', 'b'], first, other),
  ])
  t.deepEqual(mergeFamilies([familyOf('up', ['a', 'b'], first, ...repeated)]), [familyOf('up', ['a', 'b'], first)])
})

test('a family of another type than the first of its name is left out', (t) => {
  const gauge = familyOf('up', [], { labels: {}, value: 1 })
  t.deepEqual(mergeFamilies([gauge, { ...gauge, type: 'counter', samples: [{ labels: { a: '1' }, value: 2 }] }]), [
    gauge,
  ])
})
