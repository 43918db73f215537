import { exporterAccount } from './suite/exporter-account.js'
import { spreadOf } from './suite/figures.js'
import { report } from './suite/measured.js'

/** Collections of a steady list after those that open the connections: how long one takes, and which calls it makes. */
const { client, collector } = exporterAccount()

const requests = () => client.statistics?.().requests ?? []

const timed = async (): Promise<number> => {
  const begun = performance.now()
  const [snapshot] = await collector.collect()
  if (snapshot?.failure !== undefined) throw new Error(snapshot.failure.message)
  return performance.now() - begun
}

const first = await timed()
await timed()
const before = requests()
const times = [await timed(), await timed(), await timed()]
const calls: Record<string, number> = {
  login: 0,
  listServices: 0,
  getService: 0,
  listInstances: 0,
  getInstanceMetrics: 0,
}
for (const { endpoint, code, count } of requests()) {
  const earlier = before.find((row) => row.endpoint === endpoint && row.code === code)?.count ?? 0
  calls[endpoint] = (calls[endpoint] ?? 0) + (count - earlier) / times.length
}
report({ first, warm: spreadOf(times).median, ...calls })
