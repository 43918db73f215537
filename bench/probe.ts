import { startApiServer, targetsNamespace } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { type Figure, thousands } from './suite/figures.js'
import { instancesPerTarget } from './suite/fixed-answers.js'
import { nodeSubject } from './suite/peers.js'
import { inRounds, reportOf } from './suite/rounds.js'
import { exporterEnvironment, exporterFlags, exporterProgram, type Server, startServer } from './suite/servers.js'

const ours = 'this project'

/** Whether two exporters answer the probes of all services that they discover, each within the deadline of its scrape. */
export const benchProbe: Bench = async ({ sizes, rounds, isShort }) => {
  const [targets = isShort ? 500 : 20_000] = sizes ?? []
  const seconds = isShort ? 5 : 60
  const api = await startApiServer([], targets)
  const flags = exporterFlags(api.url, targetsNamespace, '--collect.interval=0', '--web.max-requests=1000')
  const start = () => startServer([process.execPath, exporterProgram, ...flags], exporterEnvironment)
  const measure = async () => {
    const exporters: ReadonlyArray<Server> = await Promise.all([start(), start()])
    try {
      const urls = exporters.map(({ url }) => url).join(',')
      const prober = nodeSubject('the probes', 'probe-program')
      return await reportOf(prober, [`--urls=${urls}`, `--seconds=${seconds}`, `--instances=${instancesPerTarget}`])
    } finally {
      await Promise.all(exporters.map(({ stop }) => stop()))
    }
  }
  try {
    const valuesOf = await inRounds(rounds, [{ name: ours }], measure)
    const what = `${thousands(targets * instancesPerTarget)} instances as ${thousands(targets)} targets in ${seconds} s`
    const figures: ReadonlyArray<Figure> = [
      { what: `${what}, discovered`, unit: '', ours: valuesOf(ours, 'targets') },
      { what: `${what}, lost`, unit: '', ours: valuesOf(ours, 'lost'), goal: { of: 'value', limit: 0 } },
      {
        what: `${what}, p99 of a probe`,
        unit: 'ms',
        ours: valuesOf(ours, 'p99'),
        goal: { of: 'value', limit: 10_000 },
      },
      { what: `/sd of ${thousands(targets)} targets`, unit: 'ms', ours: valuesOf(ours, 'discovery') },
    ]
    const refused = `Refused because of --web.max-requests: ${valuesOf(ours, 'refused').join(', ')} of those that are lost.`
    return { figures, notes: [refused] }
  } finally {
    await api.stop()
  }
}
