import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { compare, type Figure, spreadOf, thousands } from './suite/figures.js'
import { instancesWith, writePage } from './suite/pages.js'
import { createGoPeers, isPresent, missingIn, nodeSubject, type Peer } from './suite/peers.js'
import { createLines } from './suite/plot.js'
import { inRounds, type Report, type Subject } from './suite/rounds.js'
import { exporterEnvironment, exporterFlags, exporterProgram, get, startServer, untilShown } from './suite/servers.js'

const ours = 'this project'
const stock = 'prom-client'
const go = 'Go: promhttp'

const secondsToWarm = 1
const secondsToMeasure = 2

/** CPU time of a server that answers the same page again, compressed, with fresh series of its own process. */
export const benchServe: Bench = async ({ sizes, rounds, isShort }) => {
  const measuredSizes = sizes ?? (isShort ? [10_000] : [1_000, 10_000, 100_000])
  const folder = await mkdtemp(join(tmpdir(), 'bench-serve-'))
  const page = join(folder, 'page.txt')
  const goPeers = await createGoPeers()
  const api = await startApiServer(measuredSizes.map(instancesWith))
  try {
    const peers: ReadonlyArray<Peer> = [
      nodeSubject(stock, 'peers/prom-client-serve', `--page=${page}`),
      await goPeers.build(go, 'page.go', `--page=${page}`, '-serve'),
    ]
    const figures: Figure[] = []
    const { add, lines } = createLines()
    for (const size of measuredSizes) {
      const instances = instancesWith(size)
      await writePage(page, instances)
      const flags = exporterFlags(api.url, api.namespaceOf(instances), '--collect.interval=1h')
      const subjects = [
        { name: ours, command: [process.execPath, exporterProgram, ...flags] },
        ...peers.filter(isPresent),
      ]
      const valuesOf = await inRounds(rounds, subjects, (subject) => measure(subject, instances))
      const what = `CPU of an answer, ${thousands(size)} series`
      figures.push(
        ...compare(what, 'ms', (name) => valuesOf(name, 'cpu'), ours, {
          [stock]: size === 10_000 ? { of: 'times', limit: 150 } : undefined,
          [go]: undefined,
        }),
      )
      for (const { name } of subjects) {
        add(name, size, spreadOf(valuesOf(name, 'cpu')).median)
      }
    }
    return {
      figures,
      notes: missingIn(peers),
      plots: [
        {
          name: 'serve',
          title: 'The same page again, compressed',
          x: 'series',
          y: 'CPU of an answer, ms',
          lines: lines(),
        },
      ],
    }
  } finally {
    await api.stop()
    await goPeers.remove()
    await rm(folder, { recursive: true })
  }
}

const measure = async ({ command }: Subject, instances: number): Promise<Report> => {
  const server = await startServer(command, exporterEnvironment)
  try {
    await untilShown(server.url, instances)
    await askFor(server.url, secondsToWarm)
    const before = server.cpu()
    const answers = await askFor(server.url, secondsToMeasure)
    return { cpu: (server.cpu() - before) / answers }
  } finally {
    await server.stop()
  }
}

/** Asks for one page after the other, and gives how many there were. */
const askFor = async (url: string, seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  let answers = 0
  while (performance.now() < end) {
    const { headers, body } = await get(new URL('/metrics', url), { 'accept-encoding': 'gzip' })
    if (headers['content-encoding'] !== 'gzip') throw new Error('a page came that is not compressed')
    if (answers === 0 && !/^process_cpu_/m.test(gunzipSync(body).toString())) {
      throw new Error('a page came without the series of its process')
    }
    answers += 1
  }
  return answers
}
