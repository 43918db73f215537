import type { Service } from '@alauda-exporter/alauda-client'
import type { Labels } from './family.js'

/** The labels that say which service it is. What is empty is left out: for Prometheus an empty label is an absent one. */
export const serviceLabels = ({ project_name, space_name, service_name }: Service): Labels => ({
  ...(project_name ? { project: project_name } : {}),
  ...(space_name ? { space: space_name } : {}),
  service: service_name,
})

/** What a service's labels say it is: two services with the same key cannot be told apart by Prometheus. */
export const labelsKey = (service: Service): string => {
  const { service: name, project, space } = serviceLabels(service)
  return JSON.stringify([name, project, space])
}

const { compare } = new Intl.Collator('en', { numeric: true })

/** Orders by name, and names that end in numbers by these. */
export const byName = (a: string, b: string): number => compare(a, b)

export const byLabels = (a: { readonly service: Service }, b: { readonly service: Service }): number =>
  byName(labelsKey(a.service), labelsKey(b.service))
