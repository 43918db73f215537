import { isPlainObject } from '@alauda-exporter/alauda-client/options'
import type { Labels } from './family.js'

/** What has to be known of collectors that share a page: which series they may both have. */
interface Sharing {
  readonly client: object
  readonly labels: Labels
  readonly namespaces: ReadonlyArray<string>
}

// A process may have this package twice, as for `import` and for `require`: both must know what the other has made.
const sharing = Symbol.for('@alauda-exporter/collector/sharing')

export const noteSharing = (collector: object, what: Sharing): void => {
  Object.defineProperty(collector, sharing, { value: what })
}

/** Absent for what the host has made itself; a copy of a collector has none of it. */
const sharingOf = (collector: object): Sharing | undefined => {
  const noted: unknown = Object.getOwnPropertyDescriptor(collector, sharing)?.value
  return isSharing(noted) ? noted : undefined
}

// Another copy may be of another release.
const isSharing = (noted: unknown): noted is Sharing =>
  isPlainObject(noted) &&
  'client' in noted &&
  'labels' in noted &&
  isPlainObject(noted.labels) &&
  'namespaces' in noted &&
  Array.isArray(noted.namespaces)

/** Whether `createCollector` made it. */
export const isOurs = (collector: object): boolean => sharingOf(collector) !== undefined

/**
 * Collectors on one page must not show one series twice. Those of one client share its metrics of itself, and may have the
 * same labels as long as their namespaces differ.
 *
 * @throws TypeError that names two that would.
 */
export const assertDistinct = (sources: ReadonlyArray<object>, path: string): void => {
  const all = sources.map(sharingOf)
  for (const [second, b] of all.entries()) {
    for (const [first, a] of all.slice(0, second).entries()) {
      if (a === undefined || b === undefined || !isSameLabels(a.labels, b.labels)) continue
      const where = `${path}[${first}] and ${path}[${second}]: `
      const labels = JSON.stringify(a.labels)
      const namespace = a.namespaces.find((name) => b.namespaces.includes(name))
      if (a.client !== b.client) {
        throw new TypeError(
          `${where}two clients with the same labels ${labels}, expected distinct labels, like { account: 'north' }`,
        )
      }
      if (namespace !== undefined) {
        throw new TypeError(`${where}both have the namespace "${namespace}" and the labels ${labels}`)
      }
    }
  }
}

const isSameLabels = (a: Labels, b: Labels): boolean => {
  const sorted = (labels: Labels) => JSON.stringify(Object.entries(labels).sort())
  return sorted(a) === sorted(b)
}
