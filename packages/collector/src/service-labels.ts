import type { Labels } from './family.js'
import type { Service } from './model.js'

/** The labels that say which service it is. What is empty is left out: for Prometheus an empty label is an absent one. */
export const serviceLabels = ({ project, space, name }: Pick<Service, 'project' | 'space' | 'name'>): Labels => ({
  ...(project ? { project } : {}),
  ...(space ? { space } : {}),
  service: name,
})

/**
 * The labels that all metrics of a service have: `namespace`, `project` and `space` if the API returns them, `service`. Metrics
 * of your own that have them too can be joined with ours.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { identityLabels } from '@alauda-exporter/collector'
 *
 * assert.deepEqual(identityLabels('demo', { name: 'web', space: '' }), { namespace: 'demo', service: 'web' })
 * ```
 */
export const identityLabels = (namespace: string, service: Service): Labels => ({
  namespace,
  ...serviceLabels(service),
})

/** The key of a service's labels: Prometheus cannot distinguish two services with the same key. */
export const labelsKey = (service: Service): string => {
  const { service: name, project, space } = serviceLabels(service)
  return JSON.stringify([name, project, space])
}

const { compare } = new Intl.Collator('en', { numeric: true })

/** Orders by name, and names that end in numbers by these. */
export const byName = (a: string, b: string): number => compare(a, b)

export const byLabels = (a: { readonly service: Service }, b: { readonly service: Service }): number =>
  byName(labelsKey(a.service), labelsKey(b.service))
