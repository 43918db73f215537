import { parseText } from '../../packages/collector/test/helpers/parse-text.js'
import { valueMetrics } from './cloud-values.js'

/** One instance on a page. */
export interface InstanceOnPage {
  readonly service: string
  readonly name: string
  /** Absent when the page has no `alauda_instance_info` of it. */
  readonly uuid?: string
  /** When its values were measured, as shown on the page. */
  readonly told?: number
  /** By metric; empty without values. */
  readonly values: Readonly<Record<string, number>>
}

/** @throws Error when the page is not well-formed, or has a series twice. */
export const instancesOnPage = (page: string): ReadonlyArray<InstanceOnPage> => {
  const instances = new Map<string, InstanceOnPage>()
  for (const { name: metric, samples } of parseText(page)) {
    for (const { labels, value } of samples) {
      const { service = '', instance_name: name, uuid } = labels
      if (name === undefined) continue
      const known = instances.get(name) ?? { service, name, values: {} }
      instances.set(name, { ...known, ...told(known, metric, value, uuid) })
    }
  }
  return [...instances.values()]
}

const told = ({ values }: InstanceOnPage, metric: string, value: number, uuid: string | undefined) => {
  if (metric === 'alauda_instance_last_sample_timestamp_seconds') return { told: value }
  if (metric === 'alauda_instance_info' && uuid !== undefined) return { uuid }
  return metric in valueMetrics ? { values: { ...values, [metric]: value } } : {}
}
