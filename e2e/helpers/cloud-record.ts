import type { MetricPoint, World } from '@alauda-exporter/alauda-simulator'
import { shownOf } from './cloud-values.js'
import type { InstanceOnPage } from './instances-on-page.js'

// The world's uuids are of version 5, those of duplicates of another one.
const versionAt = 14
const isDuplicate = (uuid: string): boolean => uuid.charAt(versionAt) !== '5'
const original = (uuid: string): string => `${uuid.slice(0, versionAt)}5${uuid.slice(versionAt + 1)}`

/** What a cloud has given: its world forgets what it said of the present when that is changed. */
export interface CloudRecord {
  /** Notes what there is: to be called before a change. */
  readonly note: (now: number) => void
  /** Whether the cloud measured exactly the shown values of the instance at the shown time. */
  readonly hasMeasured: (shown: InstanceOnPage) => boolean
  /** When a service or an instance was noted last, by its name or uuid. */
  readonly lastThere: (nameOrUuid: string) => number
}

export interface RecordOptions {
  /** By how many seconds the cloud's clock may have been ahead when it measured. */
  readonly clockErrors?: ReadonlyArray<number> | undefined
  /** Whether it may have left out some of the values. */
  readonly leavesOutValues?: boolean | undefined
}

export const recordCloud = (
  world: World,
  { clockErrors = [0], leavesOutValues = false }: RecordOptions = {},
): CloudRecord => {
  const noted = new Map<string, MetricPoint[]>()
  const there = new Map<string, number>()
  const notePoint = (uuid: string, point: MetricPoint) => {
    const key = `${uuid} ${point.time}`
    noted.set(key, [...(noted.get(key) ?? []), point])
  }
  return {
    note: (now) => {
      for (const service of world.stateAt(now).services) {
        there.set(service.service_name, now)
        for (const { uuid } of service.instances) {
          there.set(uuid, now)
          const window = { start: now - 1200, end: now, period: 60 }
          for (const point of world.points({ service: service.uuid, instance: uuid, ...window })) notePoint(uuid, point)
        }
      }
    },
    hasMeasured: ({ service, uuid = '', told = Number.NaN, values }) => {
      const instance = original(uuid)
      const isShown = (point: MetricPoint) => {
        const expected = shownOf(point, isDuplicate(uuid) ? 1 : 0)
        const isAll = Object.keys(expected).length === Object.keys(values).length
        return (
          (isAll || leavesOutValues) && Object.entries(values).every(([metric, value]) => expected[metric] === value)
        )
      }
      return clockErrors.some((ahead) => {
        const time = told - ahead
        const now = world.points({ service, instance, start: time, end: time, period: 1 })
        return [...(noted.get(`${instance} ${time}`) ?? []), ...now].some(isShown)
      })
    },
    lastThere: (nameOrUuid) => there.get(nameOrUuid) ?? there.get(original(nameOrUuid)) ?? Number.NEGATIVE_INFINITY,
  }
}
