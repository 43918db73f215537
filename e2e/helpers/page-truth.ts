import assert from 'node:assert/strict'
import type { World } from '@alauda-exporter/alauda-simulator'
import { type RecordOptions, recordCloud } from './cloud-record.js'
import { type InstanceOnPage, instancesOnPage } from './instances-on-page.js'
import { samplesOf } from './page.js'

const maxAgeSeconds = 300
// The maximum duration of a collection: the page does not show when in it something was listed.
const longestCollectionSeconds = 60

/** Holds one exporter's pages to what is true of the cloud that it watches. */
export interface PageTruth {
  /** Notes what there is in the cloud: to be called before it changes. */
  readonly note: (now: number) => void
  /**
   * @throws Error when the page is not well-formed, shows a value that the cloud did not measure, one that is too old,
   * something that has long been gone, or a counter below what it was on the page before.
   */
  readonly check: (page: string, now: number) => void
}

/**
 * A cloud that is wrong about the time takes true values for those of another time, so that ages and the order of values mean
 * nothing: they are not looked at then.
 */
export const pageTruth = (world: World, options: RecordOptions = {}): PageTruth => {
  const { clockErrors } = options
  const { note, hasMeasured, lastThere } = recordCloud(world, options)
  let counters = new Map<string, Readonly<Record<string, number>>>()

  const checkThere = (nameOrUuid: string, now: number) => {
    const seconds = now - lastThere(nameOrUuid)
    assert.ok(seconds <= maxAgeSeconds + longestCollectionSeconds, `${nameOrUuid} has been gone for ${seconds} s`)
  }

  const checkInstance = (shown: InstanceOnPage, now: number) => {
    const { uuid = '', told, values } = shown
    checkThere(uuid, now)
    if (told === undefined) return assert.deepEqual(values, {})
    assert.ok(hasMeasured(shown), `the cloud did not measure ${JSON.stringify(shown)}`)
    if (clockErrors !== undefined) return
    const age = now - told
    assert.ok(age >= 0 && age <= maxAgeSeconds, `the values of ${JSON.stringify(shown)} are ${age} s old`)
    const before = counters.get(uuid) ?? {}
    for (const [metric, value] of Object.entries(countersIn(shown))) {
      assert.ok(value >= (before[metric] ?? 0), `${metric} of ${uuid} goes back from ${before[metric]} to ${value}`)
    }
  }

  return {
    note,
    check: (page, now) => {
      note(now)
      const instances = instancesOnPage(page)
      for (const shown of instances) checkInstance(shown, now)
      for (const line of samplesOf(page, 'alauda_service_info'))
        checkThere(/service="(.*?)"/.exec(line)?.[1] ?? '', now)
      // What is not there for a while is another one when it comes back: the exporter keeps nothing of what is gone.
      counters = new Map(
        instances.map((shown) => [shown.uuid ?? '', { ...counters.get(shown.uuid ?? ''), ...countersIn(shown) }]),
      )
    },
  }
}

const countersIn = ({ values }: InstanceOnPage): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(values).filter(([metric]) => metric.endsWith('_total')))
