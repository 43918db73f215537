import test from 'ava'
import fc from 'fast-check'
import { counter, family, gauge, gaugeBy, histogram, info } from '../src/families/row.js'
import { type Family, mergeFamilies, type Sample } from '../src/family.js'

interface Box {
  readonly size?: number
  readonly colour?: string
}

const identified = (...boxes: ReadonlyArray<Box>) =>
  boxes.map((subject, index) => ({ labels: { room: 'hall', box: String(index) }, subject }))

test('a family has the samples of all subjects, each with its subject’s labels', (t) => {
  const row = gauge<Box>('box_size_bytes', 'Size of the box.', ({ size }) => size)
  t.deepEqual(family(row, ['room', 'box'], identified({ size: 7 }, { size: 0 })), {
    name: 'box_size_bytes',
    help: 'Size of the box.',
    type: 'gauge',
    labels: ['room', 'box'],
    samples: [
      { labels: { room: 'hall', box: '0' }, value: 7 },
      { labels: { room: 'hall', box: '1' }, value: 0 },
    ],
  })
})

test('a value that is absent has no sample', (t) => {
  const row = counter<Box>('box_opened_total', 'How often.', ({ size }) => size)
  t.deepEqual(family(row, ['room', 'box'], identified({}, { size: 3 })), {
    name: 'box_opened_total',
    help: 'How often.',
    type: 'counter',
    labels: ['room', 'box'],
    samples: [{ labels: { room: 'hall', box: '1' }, value: 3 }],
  })
})

test('a label after its own distinguishes several samples of a subject', (t) => {
  const row = gaugeBy<Box>('box_sides', 'Sides.', 'side', ({ size = 0 }) => [
    ['top', size],
    ['bottom', -size],
  ])
  const { labels, samples } = family(row, ['room', 'box'], identified({ size: 2 }))
  t.deepEqual(labels, ['room', 'box', 'side'])
  t.deepEqual(samples, [
    { labels: { room: 'hall', box: '0', side: 'top' }, value: 2 },
    { labels: { room: 'hall', box: '0', side: 'bottom' }, value: -2 },
  ])
})

test('what is known of a subject is in labels of a 1; what is not known is left out', (t) => {
  const row = info<Box>('box_info', 'What it is.', {
    colour: ({ colour }) => colour,
    size: ({ size }) => size?.toString(),
  })
  const { labels, samples } = family(row, ['room', 'box'], identified({ size: 2, colour: 'red' }, { size: 3 }, {}))
  t.deepEqual(labels, ['room', 'box', 'colour', 'size'])
  t.deepEqual(samples, [
    { labels: { room: 'hall', box: '0', colour: 'red', size: '2' }, value: 1 },
    { labels: { room: 'hall', box: '1', size: '3' }, value: 1 },
    { labels: { room: 'hall', box: '2' }, value: 1 },
  ])
})

test('there are as many samples as values that are there, in the order of the subjects', (t) => {
  const row = gauge<Box>('box_size_bytes', 'Size of the box.', ({ size }) => size)
  const boxes = fc.array(fc.record({ size: fc.double() }, { requiredKeys: [] }))
  fc.assert(
    fc.property(boxes, (subjects) => {
      const { samples } = family(row, ['room', 'box'], identified(...subjects))
      t.deepEqual(
        samples.map(({ labels, value }) => [labels.box, value]),
        subjects.flatMap(({ size }, index) => (size === undefined ? [] : [[String(index), size]])),
      )
    }),
  )
})

interface Door {
  readonly openedFor: ReadonlyArray<number>
}

const row = histogram<Door>('door_open_seconds', 'How long it was open.', ({ openedFor }) => ({
  buckets: [0.5, 10].map((upToSeconds) => ({
    upToSeconds,
    count: openedFor.filter((seconds) => seconds <= upToSeconds).length,
  })),
  sumSeconds: openedFor.reduce((sum, seconds) => sum + seconds, 0),
  count: openedFor.length,
}))

test('a distribution has its buckets, one without a bound, its sum and its count', (t) => {
  const doors = [{ labels: { door: 'a' }, subject: { openedFor: [0.25, 0.5, 7, 12] } }]
  t.deepEqual(family(row, ['door'], doors), {
    name: 'door_open_seconds',
    help: 'How long it was open.',
    type: 'histogram',
    labels: ['door'],
    samples: [
      { suffix: '_bucket', labels: { door: 'a', le: '0.5' }, value: 2 },
      { suffix: '_bucket', labels: { door: 'a', le: '10' }, value: 3 },
      { suffix: '_bucket', labels: { door: 'a', le: '+Inf' }, value: 4 },
      { suffix: '_sum', labels: { door: 'a' }, value: 19.75 },
      { suffix: '_count', labels: { door: 'a' }, value: 4 },
    ],
  })
})

test('a distribution of nothing is zeros, and no subject has none', (t) => {
  t.deepEqual(
    family(row, [], [{ labels: {}, subject: { openedFor: [] } }]).samples.map(({ value }) => value),
    [0, 0, 0, 0, 0],
  )
  t.deepEqual(family(row, [], []).samples, [])
})

const familyOf = (name: string, labels: ReadonlyArray<string>, ...samples: Family['samples']): Family => ({
  name,
  help: `Of ${name}.`,
  type: 'gauge',
  labels,
  samples,
})

test('labels that are added come after all others, on the samples too', (t) => {
  const door = { labels: { door: 'a' }, subject: { openedFor: [] } }
  const openings = gauge<Door>('door_openings', 'How often.', ({ openedFor }) => openedFor.length)
  t.deepEqual(family(openings, ['door'], [door], { account: 'north', a: 'b' }), {
    name: 'door_openings',
    help: 'How often.',
    type: 'gauge',
    labels: ['door', 'account', 'a'],
    samples: [{ labels: { door: 'a', account: 'north', a: 'b' }, value: 0 }],
  })
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
