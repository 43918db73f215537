import test from 'ava'
import fc from 'fast-check'
import { carryOver, missingIn } from '../src/carry-over.js'
import { createIdentities } from '../src/families/identity.js'
import { freshOf } from '../src/families/stale.js'
import { atOnce, type Steps } from '../src/family.js'
import { inOrderOfLabels } from '../src/service-labels.js'
import { sorted } from '../src/sorted.js'
import { beginService, createProgress, newestOfLabels, notePrevious, seenIn } from '../src/sources/cloud/progress.js'
import { serviceOf, snapshotOf, someFailure } from './helpers/snapshots.js'

const stepsOf = (steps: Steps<unknown>): number => {
  let count = 1
  while (!steps.next().done) count += 1
  return count
}

const services = Array.from({ length: 1000 }, (_, index) => serviceOf({ service_name: `web-${index}` }))
const snapshot = snapshotOf(services)
const emptyProgress = () => createProgress({ maxInstances: 50_000, maxNameLength: 1024 })
const progress = emptyProgress()
for (const { service } of services) beginService(progress, service, 1000)

const works: ReadonlyArray<readonly [string, Steps<unknown>]> = [
  ['what the collection before has read', notePrevious(emptyProgress(), snapshot, 50_000)],
  ['the newest services of a list', newestOfLabels(services)],
  ['what a list lacks', missingIn([], snapshot, 0)],
  ['what was read', seenIn(progress)],
  ['earlier values', carryOver(snapshot, snapshot, 300)],
  ['the services before a failure', carryOver(snapshot, snapshotOf([], { failure: someFailure }), 300)],
  ['what is fresh', freshOf([snapshot], { now: 1000, maxAgeSeconds: 300 })],
  ['which series there are', createIdentities()([snapshot])],
]
for (const [what, steps] of works) {
  test(`${what}: a step for each service at least`, (t) => {
    t.true(stepsOf(steps) >= services.length)
  })
}

test('services are put in order in steps of some dozens', (t) => {
  t.true(stepsOf(inOrderOfLabels(services.toReversed())) >= services.length / 64)
})

test('in order as by sort: equal items keep theirs', (t) => {
  const items = fc.array(fc.record({ key: fc.integer({ min: 0, max: 50 }) }), { maxLength: 400 })
  const byKey = (a: { readonly key: number }, b: { readonly key: number }) => a.key - b.key
  fc.assert(
    fc.property(items, (given) => {
      const inOrder = atOnce(sorted(given, byKey))
      for (const [index, item] of given.toSorted(byKey).entries()) t.is(inOrder[index], item)
      t.is(inOrder.length, given.length)
    }),
  )
})
