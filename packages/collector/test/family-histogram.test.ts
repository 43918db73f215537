import test from 'ava'
import { family, gauge, histogram, table } from '../src/family.js'

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

test('a table is a family for each row, of the same subjects', (t) => {
  const openings = gauge<Door>('door_openings', 'How often.', ({ openedFor }) => openedFor.length)
  const doors = [{ labels: { door: 'a' }, subject: { openedFor: [1] } }]
  t.deepEqual(table(['door'], [row, openings], doors), [
    family(row, ['door'], doors),
    family(openings, ['door'], doors),
  ])
  t.deepEqual(table(['door'], [], doors), [])
})
