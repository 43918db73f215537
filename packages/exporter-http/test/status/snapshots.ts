import type { InstanceReading, Point, Service, ServiceReading, Snapshot } from '@alauda-exporter/collector'
import { createHistory, type History } from '../../src/status/history.js'
import type { Status } from '../../src/status/model.js'
import { type Seen, statusOf } from '../../src/status/view.js'
import { finished } from '../helpers/steps.js'

/** An instance whose values were read. */
export const ok = (uuid: string, point: Point, name = `web.${uuid}`): InstanceReading => ({
  instance: { uuid, name, startTime: 10 },
  outcome: 'ok',
  point,
})

export const reading = (
  service: Service,
  instances: ReadonlyArray<InstanceReading> = [],
  more: Partial<ServiceReading> = {},
): ServiceReading => ({ service, listedTime: 1000, instances, duplicates: 0, ...more })

/** A collection at 1000 s that took half a second. */
export const snapshot = (services: ReadonlyArray<ServiceReading>, more: Partial<Snapshot> = {}): Snapshot => ({
  namespace: 'demo',
  startTime: 1000,
  durationSeconds: 0.5,
  intervalSeconds: 60,
  lastSuccessTime: 1000,
  services,
  duplicates: 0,
  leftOut: {},
  unreadableValues: {},
  futurePoints: 0,
  failures: {},
  ...more,
})

export const timeout = {
  kind: 'UnfinishedError',
  reason: 'timeout',
  message: 'GET /v1/services/demo/: not in time',
} as const

/** The status of these accounts at 1010 s. */
export const told = (accounts: ReadonlyArray<Seen>, history: History = createHistory(), withHistory = false): Status =>
  finished(statusOf(accounts, { version: '1.2.3', now: 1010, maxAgeSeconds: 300, history, withHistory }))

/** The same of one account with these services. */
export const toldOf = (...services: ReadonlyArray<ServiceReading>): Status =>
  told([{ namespaces: ['demo'], snapshots: [snapshot(services)] }])

/** The status at 1010 s of these services after two collections, a minute apart. */
export const toldAfter = (
  before: ReadonlyArray<ServiceReading>,
  ...services: ReadonlyArray<ServiceReading>
): Status => {
  const history = createHistory()
  finished(history.add({}, snapshot(before, { startTime: 940 })))
  finished(history.add({}, snapshot(services)))
  return told([{ namespaces: ['demo'], snapshots: [snapshot(services)] }], history)
}
