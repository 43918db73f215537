import type { Service } from '@alauda-exporter/alauda-client'

/** What a service's labels say it is: two services with the same key cannot be told apart by Prometheus. */
export const labelsKey = ({ service_name, project_name, space_name }: Service): string =>
  JSON.stringify([service_name, project_name, space_name])

const { compare } = new Intl.Collator('en', { numeric: true })

/** Orders by name, and names that end in numbers by these. */
export const byName = (a: string, b: string): number => compare(a, b)

export const byLabels = (a: { readonly service: Service }, b: { readonly service: Service }): number =>
  byName(labelsKey(a.service), labelsKey(b.service))
