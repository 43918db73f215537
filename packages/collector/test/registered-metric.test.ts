import test from 'ava'
import { Registry, type RegistryContentType } from 'prom-client'
import { identityOf } from '../src/families/identity.js'
import { counter, gauge, gaugeBy, info } from '../src/families/row.js'
import { createSubjects, table } from '../src/families/table.js'
import type { Family } from '../src/family.js'
import { type MetricRegistry, registeredMetric } from '../src/registered-metric.js'

interface Door {
  readonly openings?: number
  readonly colour?: string
}

const rows = [
  counter<Door>('door_openings_total', 'How often.', ({ openings }) => openings),
  gauge<Door>('door_height_metres', 'How high.', () => 2.5),
  gaugeBy<Door>('door_sides', 'Sides.', 'side', ({ openings = 0 }) => [
    ['in', openings],
    ['out', 2 * openings],
  ]),
  info<Door>('door_info', 'What it is.', { colour: ({ colour }) => colour }),
]

const doors: ReadonlyArray<Door> = [
  {},
  { openings: 7, colour: 'red' },
  { openings: 0.5, colour: '"绿"\n\\' },
  { openings: Number.POSITIVE_INFINITY },
  { colour: '' },
]

/** Families of the first doors, of as many accounts. */
const familiesOf = (count: number, accounts: number): ReadonlyArray<ReadonlyArray<Family>> =>
  Array.from({ length: accounts }, (_, account) => {
    const subjects = createSubjects<Door>()
    for (const [index, door] of doors.slice(0, count).entries()) {
      subjects.add(identityOf({ house: 'a"b' }, 'door', `${index}`), door)
    }
    return table(['house', 'door'], rows, subjects, accounts === 1 ? {} : { account: `${account}` }, true)
  })

const filled = <R extends MetricRegistry>(registry: R, accounts: ReadonlyArray<ReadonlyArray<Family>>): R => {
  for (const row of rows) {
    const families = accounts.map((tables) => tables.filter(({ name }) => name === row.name))
    registry.registerMetric(registeredMetric(row, async () => families.flat()))
  }
  return registry
}

test('a page is the same whether a registry gets all samples or texts of many', async (t) => {
  for (const accounts of [1, 2]) {
    for (let count = 0; count <= doors.length; count += 1) {
      const families = familiesOf(count, accounts)
      const ours = filled(new Registry<RegistryContentType>(), families)
      // A copy may have been changed: its samples count.
      const copies = families.map((tables) => tables.map((family) => ({ ...family })))
      const simple = filled(new Registry<RegistryContentType>(), copies)
      for (const contentType of [Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE]) {
        for (const labels of [{}, { app: 'shop' }, { house: 'other' }, { door: 'other', app: 'shop' }]) {
          for (const registry of [ours, simple]) {
            registry.setContentType(contentType)
            registry.setDefaultLabels(labels)
          }
          const sorted = (page: string) => page.split('\n').map((line) => line.replace(/\{.*\}/, sortedLabels))
          t.deepEqual(sorted(await ours.metrics()), sorted(await simple.metrics()))
        }
      }
    }
  }
})

// With labels of its own, a registry writes the shared ones after them.
const sortedLabels = (labels: string): string => [...labels.matchAll(/\w+="(?:[^"\\]|\\.)*"/g)].flat().sort().join()

test('the default labels of a registry that is merged from others are added too', async (t) => {
  const merged = Registry.merge([filled(new Registry(), familiesOf(doors.length, 1))])
  merged.setDefaultLabels({ app: 'shop' })
  const lines = (await merged.metrics()).split('\n').filter((line) => line.startsWith('door'))
  t.is(lines.length, 3 + 5 + 10 + 5)
  t.true(lines.every((line) => line.includes('app="shop"')))
})
