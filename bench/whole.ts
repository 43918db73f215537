import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { compare, type Figure, type Goal, shownNumber, spreadOf, thousands } from './suite/figures.js'
import { createGoPeers, isPresent, missingIn, nodeSubject, type Peer } from './suite/peers.js'
import { createLines } from './suite/plot.js'
import { inRounds, reportOf } from './suite/rounds.js'

const ours = 'this project'
const plain = 'cross-fetch, io-ts, prom-client'
const go = 'Go: net/http, promhttp'
const article = 'the article of 2016'

const goals: Readonly<Record<string, Goal | undefined>> = {
  [plain]: { of: 'share', limit: 1 / 3 },
  [go]: { of: 'share', limit: 1 / 2 },
  [article]: undefined,
}

/** One call after the other: more would take minutes. */
const mostOfArticle = 1_000

// An exporter runs for days: its code is compiled for what it does. After 6 000 instances a fifth of what is measured is the compiler's work.
const instancesToWarm = 30_000
const instancesToMeasure = 3_000

/** CPU time of the process that requests, decodes, keeps and renders, for each instance. */
export const benchWhole: Bench = async ({ sizes, rounds, isShort }) => {
  const measuredSizes = sizes ?? (isShort ? [1_000] : [100, 1_000, 10_000, 100_000])
  const goPeers = await createGoPeers()
  const api = await startApiServer(measuredSizes)
  try {
    const peers: ReadonlyArray<Peer> = [
      nodeSubject(plain, 'peers/plain-whole'),
      await goPeers.build(go, 'whole.go'),
      nodeSubject(article, 'peers/article-whole'),
    ]
    const subjects = [nodeSubject(ours, 'whole-program'), ...peers.filter(isPresent)]
    const figures: Figure[] = []
    const { add, lines } = createLines()
    const apiMicroseconds: number[] = []
    let first: ReadonlyArray<number> | undefined
    for (const instances of measuredSizes) {
      const warm = Math.ceil(instancesToWarm / instances)
      const measured = Math.ceil(instancesToMeasure / instances)
      const args = [
        `--url=${api.url}`,
        `--namespace=${api.namespaceOf(instances)}`,
        `--instances=${instances}`,
        '--concurrency=64',
        `--warm=${warm}`,
        `--measured=${measured}`,
      ]
      const atSize = subjects.filter(({ name }) => name !== article || instances <= mostOfArticle)
      const valuesOf = await inRounds(rounds, atSize, async (subject) => {
        const before = api.cpu()
        const report = await reportOf(subject, args)
        apiMicroseconds.push(((api.cpu() - before) * 1000) / ((warm + measured) * instances))
        return report
      })
      const cpuOf = (name: string) => valuesOf(name, 'cpuPerInstance')
      const own = cpuOf(ours)
      const what = `CPU per instance, ${thousands(instances)} instances`
      figures.push(...compare(what, 'µs', cpuOf, ours, goals))
      const peakOf = (name: string) => valuesOf(name, 'peak')
      const goalOfMemory: Goal | undefined = instances === 100_000 ? { of: 'share', limit: 0.3 } : undefined
      figures.push(
        ...compare(`peak memory, ${thousands(instances)} instances`, 'MB', peakOf, ours, { [plain]: goalOfMemory }),
      )
      if (first !== undefined && instances > 1_000) {
        const peer = { name: 'itself with 1 000 instances', values: first }
        figures.push({ what, unit: 'µs', ours: own, peer, goal: { of: 'share', limit: 1.2 } })
      }
      for (const { name } of atSize) add(name, instances, spreadOf(cpuOf(name)).median)
      if (instances === 1_000) first = own
    }
    return {
      figures,
      notes: [
        ...missingIn(peers),
        `nginx used ${shownNumber(spreadOf(apiMicroseconds).median)} µs of CPU for an instance; as long as that is less than a client uses, it does not limit it.`,
      ],
      plots: [
        {
          name: 'whole',
          title: 'Request, decode, keep, render',
          x: 'instances',
          y: 'CPU per instance, µs',
          lines: lines(),
        },
      ],
    }
  } finally {
    await api.stop()
    await goPeers.remove()
  }
}
