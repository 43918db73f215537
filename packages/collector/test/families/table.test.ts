import test from 'ava'
import { toText } from '../../src/exposition/text.js'
import { identityOf } from '../../src/families/identity.js'
import { family, gauge, gaugeBy, info } from '../../src/families/row.js'
import { createSubjects, table } from '../../src/families/table.js'

interface Door {
  readonly openings?: number
  readonly colour?: string
}

const rows = [
  gauge<Door>('door_openings', 'How often.', ({ openings }) => openings),
  gaugeBy<Door>('door_sides', 'Sides.', 'side', ({ openings = 0 }) => [
    ['in', openings],
    ['out', 2 * openings],
  ]),
  info<Door>('door_info', 'What it is.', { colour: ({ colour }) => colour, openings: ({ openings }) => `${openings}` }),
]

const doors: ReadonlyArray<Door> = [{}, { openings: 7, colour: 'red' }, { openings: 0.5, colour: '"绿"\n' }]

const subjects = () => {
  const all = createSubjects<Door>()
  for (const [index, door] of doors.entries()) all.add(identityOf({ house: 'a"b' }, 'door', `${index}`), door)
  return all
}

const identified = doors.map((subject, index) => ({ labels: { house: 'a"b', door: `${index}` }, subject }))

test('a table is a family for each row, of the same subjects', (t) => {
  for (const added of [{}, { account: 'north' }]) {
    const expected = rows.map((row) => family(row, ['house', 'door'], identified, added))
    for (const areDistinct of [true, false]) {
      const made = table(['house', 'door'], rows, subjects(), added, areDistinct)
      t.is(toText(made), toText(expected))
      t.deepEqual(made, expected)
    }
  }
  t.deepEqual(table(['door'], [], subjects(), {}, true), [])
})

test('samples are made once, and a family that all scrapes share cannot be changed', (t) => {
  const [openings] = table(['house', 'door'], rows, subjects(), {}, true)
  t.is(openings?.samples, openings?.samples)
  t.true(Object.isFrozen(openings))
})
