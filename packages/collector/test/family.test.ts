import test from 'ava'
import fc from 'fast-check'
import { counter, family, gauge, gaugeBy, info } from '../src/family.js'

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

test('several samples of a subject are told apart by a label after its own', (t) => {
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
