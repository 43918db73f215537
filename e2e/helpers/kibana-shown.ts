import type { World } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { shownOf } from './cloud-values.js'
import { instancesOnPage } from './instances-on-page.js'
import { outcomesOf, samplesOf } from './page.js'
import { startTime } from './watch-cloud.js'

/** What the page shows under a fault, a minute after a collection that saw everything. */
export interface Shown {
  /** What of kibana's instances: measured so many seconds ago. `none`: no values. */
  readonly values: 'none' | Measured
  /** How the instances came off: ok, empty, gone, failed. Those of kibana are three, those of elasticsearch two. */
  readonly outcomes: readonly [ok: number, empty: number, gone: number, failed: number]
  readonly up: 0 | 1
  /** How many of kibana's instances are known. */
  readonly instances?: number
}

interface Measured {
  readonly ago: number
  /** How long ago the cloud says that it was. */
  readonly told?: number
  /** Added to each value, to recognize a duplicate. */
  readonly plus?: number
  /** The metric that is missing. */
  readonly without?: string
}

/** Compares a page, whose collection began a minute after the start, with what it should show. */
export const assertShows = (t: ExecutionContext, page: string, world: World, shown: Shown) => {
  t.deepEqual(kibanaValues(page), valuesExpected(world, shown.values))
  t.is(samplesOf(page, 'alauda_instance_info{namespace="demo",service="kibana"').length, shown.instances ?? 3)
  t.is(samplesOf(page, 'alauda_service_info{namespace="demo",service="kibana"').length, 1)
  const [ok, empty, gone, failed] = shown.outcomes
  t.deepEqual(outcomesOf(page), { ok, empty, gone, failed })
  t.deepEqual(samplesOf(page, 'alauda_up'), [`alauda_up{namespace="demo"} ${shown.up}`])
}

const kibanaValues = (page: string) =>
  instancesOnPage(page)
    .filter(({ service, told }) => service === 'kibana' && told !== undefined)
    .map(({ name, told, values }) => ({ name, told, values }))

const valuesExpected = (world: World, shown: Shown['values']) => {
  if (shown === 'none') return []
  const { ago, told = ago, plus, without } = shown
  const now = startTime + 60
  return (world.serviceAt('kibana', now)?.instances ?? []).flatMap(({ uuid, instance_name: name }) => {
    const point = world.pointAt(uuid, now - ago)
    if (point === undefined) return []
    const values = Object.entries(shownOf(point, plus)).filter(([metric]) => metric !== without)
    return [{ name, told: now - told, values: Object.fromEntries(values) }]
  })
}
