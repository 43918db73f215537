import assert from 'node:assert/strict'
import { createWorld, FAULT_KINDS, type Fault, type World } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import fc from 'fast-check'
import {
  applyChange,
  type CloudStep,
  clockErrors,
  firstServices,
  keptAwayBy,
  kindsWithRightClock,
  leavesOutValues,
  steps,
  stepsWithWrongClocks,
} from '../helpers/cloud-steps.js'
import { withoutOwnPast } from '../helpers/page.js'
import { pageTruth } from '../helpers/page-truth.js'
import { isNightly } from '../helpers/test-size.js'
import { startTime, watchCloud } from '../helpers/watch-cloud.js'

/** Watches a cloud in which all this happens, and holds what is shown meanwhile, and after it, to what is true. */
const watchThrough = async (
  intervalMs: number,
  taken: ReadonlyArray<CloudStep>,
  clockErrors?: ReadonlyArray<number>,
): Promise<void> => {
  const created = createWorld({ origin: startTime, services: firstServices })
  const world: World = {
    ...created,
    // Churn changes it while a list is read, and then it forgets what it said of that moment.
    change: (change) => {
      truth.note(clock.now() / 1000)
      created.change(change)
    },
  }
  const truth = pageTruth(created, { clockErrors, leavesOutValues: leavesOutValues(taken) })
  const pages: { readonly page: string; readonly at: number }[] = []
  const look = () => pages.push({ page: collector.expose(), at: clock.now() / 1000 })
  const watched = await watchCloud({ world, intervalMs, jitter: 0.5, onCollected: look })
  const { clock, cloud, collector, inTime, freshPage } = watched
  const pass = (seconds: number) => inTime(new Promise<void>((done) => clock.setTimeout(done, seconds * 1000)))
  const check = () => {
    look()
    for (const { page, at } of pages.splice(0)) truth.check(page, at)
  }
  try {
    collector.start()
    for (const { changes, faults, seconds, scrapeSeconds } of taken) {
      const now = clock.now() / 1000
      for (const change of changes) applyChange(world, now, change)
      cloud.faults.set(faults.map((fault) => beginningAt(now, fault)))
      await pass(seconds)
      check()
      await inTime(collector.scrape(scrapeSeconds * 1000))
      check()
    }
    cloud.faults.clear()
    await inTime(collector.collect())
    await pass(keptAwayBy(taken))
    await inTime(collector.collect())
    await inTime(collector.collect())
    check()
    assert.deepEqual(withoutOwnPast(collector.expose()), withoutOwnPast(await freshPage()))
  } finally {
    await watched.close()
  }
}

const beginningAt = (now: number, { until, ...fault }: Fault): Fault =>
  until === undefined ? fault : { ...fault, until: now + until }

test('faults of each kind that the simulator has are among what may happen', (t) => {
  const happening = new Set<Fault['kind']>()
  const note = (taken: ReadonlyArray<CloudStep>) => {
    for (const { faults } of taken) for (const { kind } of faults) happening.add(kind)
  }
  for (const taken of fc.sample(stepsWithWrongClocks, { numRuns: 300, seed: 1 })) note(taken)
  t.deepEqual([...happening].sort(), [...FAULT_KINDS].sort())
  t.deepEqual([...kindsWithRightClock, 'wrong-clock'].sort(), [...FAULT_KINDS].sort())
})

for (const [way, intervalMs] of [
  ['in the background', 60_000],
  ['at each scrape', 0],
] as const) {
  test(`${way}, whatever happens, the page shows what the cloud gave, nothing too old, and recovers`, async (t) => {
    const property = fc.asyncProperty(steps, (taken) => watchThrough(intervalMs, taken))
    await t.notThrowsAsync(fc.assert(property, { numRuns: isNightly ? 300 : 25, includeErrorInReport: true }))
  })

  test(`${way}, whatever the cloud’s clock says, the page shows what it gave, and recovers`, async (t) => {
    const property = fc.asyncProperty(stepsWithWrongClocks, (taken) =>
      watchThrough(intervalMs, taken, [0, ...clockErrors]),
    )
    await t.notThrowsAsync(fc.assert(property, { numRuns: isNightly ? 150 : 15, includeErrorInReport: true }))
  })
}

test('an instance that is not found for a moment: its counters do not go back, though points come late', async (t) => {
  const watched = await watchCloud({ intervalMs: 0 })
  t.teardown(watched.close)
  const { clock, cloud, collector, samples } = watched
  const counters = async (...faults: ReadonlyArray<Fault>) => {
    cloud.faults.set(faults)
    await collector.collect()
    clock.advance(1_000)
    return samples('alauda_instance_cpu_usage_seconds_total{namespace="demo",service="kibana"').map((line) =>
      Number(line.split(' ')[1]),
    )
  }
  const before = await counters()
  t.deepEqual(await counters({ kind: 'instance-gone' }), [])
  const after = await counters({ kind: 'late-points', seconds: 60 })
  t.true(
    after.every((value, index) => value >= (before[index] ?? 0)),
    `from ${before} to ${after}`,
  )
})
