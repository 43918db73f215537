import type { Snapshot } from '@alauda-exporter/collector'
import { createReadStatus, servicesApiRoute, statusRoute } from '../../src/routes/status.js'
import { arrangementOf } from '../../src/status/arrangement.js'
import { createHistory } from '../../src/status/history.js'
import { statusOf } from '../../src/status/view.js'
import { finished } from './steps.js'

/** The routes of an exporter with one account, whose snapshots and time a test sets. */
export const routesOf = (namespaces: ReadonlyArray<string>) => {
  const history = createHistory()
  const world: { now: number; snapshots: ReadonlyArray<Snapshot> } = { now: 1010, snapshots: [] }
  const account = {
    account: { namespaces },
    client: {},
    config: {},
    collector: { snapshots: () => world.snapshots },
  }
  const readStatus = createReadStatus({
    watch: { accounts: () => [account], scrape: async () => [], maxAgeSeconds: () => 300 },
    history,
    version: '1.2.3',
    clock: { now: () => world.now * 1000 },
  })
  const collect = (next: Snapshot) => {
    world.snapshots = [...world.snapshots.filter(({ namespace }) => namespace !== next.namespace), next]
    finished(history.add({}, next))
  }
  /** What a simple writer makes of it. */
  const statusFor = (query: string, withHistory: boolean) =>
    finished(
      statusOf([{ namespaces, snapshots: world.snapshots }], {
        version: '1.2.3',
        now: world.now,
        maxAgeSeconds: 300,
        history,
        withHistory,
        wanted: arrangementOf(new URLSearchParams(query)),
      }),
    )
  return {
    world,
    collect,
    statusFor,
    page: statusRoute({ readStatus, telemetryPath: '/metrics' }),
    json: servicesApiRoute({ readStatus }),
  }
}
