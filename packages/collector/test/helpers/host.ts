import type { Service } from '@alauda-exporter/alauda-client'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { Counter, Registry } from 'prom-client'
import { listing, sourceOf } from './sources.js'
import { fullStatistics } from './statistics.js'

/** A registry with a counter of its owner. */
export const hostRegistry = () => {
  const registry = new Registry()
  const orders = new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] })
  orders.inc(3)
  return registry
}

const web: Service = { service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }

/** One service with one instance, whose CPU time and memory are known. */
export const webSource = sourceOf({
  listServices: listing(web),
  getInstanceMetrics: () => TE.right({ points: [{ time: 1160, cpu_cumulative_usage: 2.5e9, memory_usage: 7 }] }),
})

/** The same, with statistics. */
export const tellingSource = { ...webSource, statistics: () => fullStatistics }

/** The lines of a page that are samples. */
export const sampleLines = (page: string): ReadonlyArray<string> =>
  page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
