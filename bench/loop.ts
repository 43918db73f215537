import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { type Figure, thousands } from './suite/figures.js'
import { instancesPerService } from './suite/fixed-answers.js'
import { nodeSubject } from './suite/peers.js'
import { createPrograms } from './suite/programs.js'
import { inRounds, type Report, reportOf } from './suite/rounds.js'
import {
  exporterEnvironment,
  exporterFlags,
  exporterProgram,
  get,
  type Server,
  startServer,
  untilShown,
} from './suite/servers.js'

const idle = 'itself between collections'
const collecting = 'while it collects'
const page = 'its status page'

const secondsToWarm = 5

/** How long the exporter's event loop is blocked, and its answers take, while it collects and ten clients scrape it. */
export const benchLoop: Bench = async ({ sizes, rounds, isShort }) => {
  const [instances = isShort ? 1_000 : 10_000] = sizes ?? []
  const instancesOfPage = 2 * instances
  const seconds = isShort ? 3 : 20
  const api = await startApiServer([instances, instancesOfPage])
  const programs = createPrograms()

  const withExporter = async (count: number, interval: string, measure: (server: Server) => Promise<Report>) => {
    const flags = exporterFlags(api.url, api.namespaceOf(count), `--collect.interval=${interval}`)
    const node = [process.execPath, `--import=${import.meta.resolve('./suite/answers-suite.js')}`]
    const command = [...node, exporterProgram, ...flags, '--collect.timeout=10m', '--collect.max-age=1h']
    const server = await startServer(command, exporterEnvironment)
    try {
      await untilShown(server.url, count)
      return await measure(server)
    } finally {
      await server.stop()
    }
  }
  /** The longest block of the event loop meanwhile, in milliseconds. */
  const blockOf = async (server: Server, work: () => Promise<unknown>): Promise<number> => {
    await server.ask('forget what was before')
    await work()
    return Number(await server.ask('the longest block'))
  }

  try {
    const bare = await programs.start('bare-program')
    const clients = nodeSubject('ten clients', 'scrape-program')
    const scraped = (name: string, interval: string) => ({
      name,
      measure: () =>
        withExporter(instances, interval, async (server) => {
          const scrapeFor = (time: number) =>
            reportOf(clients, [`--url=${server.url}`, `--bare=${bare.said}`, `--seconds=${time}`])
          // The first page of a form is compressed when it is asked for, and those after it before they are shown.
          await scrapeFor(secondsToWarm)
          let report: Report = {}
          const block = await blockOf(server, async () => {
            report = await scrapeFor(seconds)
          })
          return { ...report, block }
        }),
    })
    const subjects = [
      scraped(idle, '1h'),
      // A collection begins as soon as the one before is done.
      scraped(collecting, '1s'),
      {
        name: page,
        measure: () =>
          withExporter(instancesOfPage, '1h', async (server) => {
            const ask = (path: string) => () => get(new URL(path, server.url))
            // The script of the page is bundled when the page is first asked for; a release has it ready.
            await ask('/')()
            return { page: await blockOf(server, ask('/')), json: await blockOf(server, ask('/api/v1/services')) }
          }),
      },
    ]
    const valuesOf = await inRounds(rounds, subjects, ({ measure }) => measure())
    const at = `${thousands(instances)} instances, ten scrapers`
    const services = `${thousands(instancesOfPage / instancesPerService)} services`
    const figures: ReadonlyArray<Figure> = [
      {
        what: `longest block of the event loop, ${at}`,
        unit: 'ms',
        ours: valuesOf(collecting, 'block'),
        peer: { name: idle, values: valuesOf(idle, 'block') },
        goal: { of: 'value', limit: 15 },
      },
      {
        what: `p99 of /-/healthy, ${at}`,
        unit: 'ms',
        ours: valuesOf(collecting, 'healthP99'),
        peer: { name: 'a bare server at the same time', values: valuesOf(collecting, 'bareP99') },
        goal: { of: 'value', limit: 20 },
      },
      {
        what: `p99 of /metrics, ${at}`,
        unit: 'ms',
        ours: valuesOf(collecting, 'pageP99'),
        peer: { name: idle, values: valuesOf(idle, 'pageP99') },
        goal: { of: 'share', limit: 3 },
      },
      {
        what: `longest block of the event loop for the status page, ${services}`,
        unit: 'ms',
        ours: valuesOf(page, 'page'),
        goal: { of: 'value', limit: 20 },
      },
      {
        what: `longest block of the event loop for /api/v1/services, ${services}`,
        unit: 'ms',
        ours: valuesOf(page, 'json'),
        goal: { of: 'value', limit: 20 },
      },
    ]
    return { figures, notes: [`In ${seconds} s the clients got ${valuesOf(collecting, 'pages').join(', ')} pages.`] }
  } finally {
    await programs.stop()
    await api.stop()
  }
}
