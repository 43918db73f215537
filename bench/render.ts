import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './suite/bench.js'
import { compare, type Figure, spreadOf, thousands } from './suite/figures.js'
import { instancesWith, writePage } from './suite/pages.js'
import { createGoPeers, isPresent, missingIn, nodeSubject, onRelease, type Peer, pythonPeer } from './suite/peers.js'
import { createLines } from './suite/plot.js'
import { inRounds, reportOf } from './suite/rounds.js'

const ours = 'this project'
const throughRegistry = "this project through a host's registry"
const stock = 'prom-client'
const go = 'Go: promhttp'

/** How many pages are made before it is measured: a server makes thousands, with compiled code. */
const warmOf = (series: number): number => Math.max(20, Math.ceil(1_000_000 / series))

const measuredOf = (series: number): number => Math.max(5, Math.ceil(200_000 / series))

/** CPU time and memory for a page of values that have just changed. All pages have the same series. */
export const benchRender: Bench = async ({ sizes, rounds, isShort }) => {
  const measuredSizes = sizes ?? (isShort ? [10_000] : [1_000, 10_000, 100_000])
  const folder = await mkdtemp(join(tmpdir(), 'bench-render-'))
  const page = join(folder, 'page.txt')
  const ofPage = `--page=${page}`
  const goPeers = await createGoPeers()
  try {
    const peers: ReadonlyArray<Peer> = [
      nodeSubject(stock, 'peers/prom-client-render', ofPage),
      await onRelease('22', nodeSubject('@prometheus-io/client, Node.js 22', 'peers/prometheus-io-render', ofPage)),
      await goPeers.build(go, 'page.go', ofPage),
      await pythonPeer('Python: prometheus_client', 'render.py', ofPage),
    ]
    const present = peers.filter(isPresent)
    const withoutGoals = Object.fromEntries(present.map(({ name }) => [name, undefined]))
    const figures: Figure[] = []
    const { add, lines } = createLines()
    for (const size of measuredSizes) {
      const instances = instancesWith(size)
      await writePage(page, instances)
      const subjects = [
        nodeSubject(ours, 'render-program', '--through=page', `--instances=${instances}`),
        nodeSubject(throughRegistry, 'render-program', '--through=registry', `--instances=${instances}`),
        ...present,
      ]
      const args = [`--warm=${warmOf(size)}`, `--measured=${measuredOf(size)}`]
      const valuesOf = await inRounds(rounds, subjects, (subject) => reportOf(subject, args))
      const of = (figure: string) => (name: string) => valuesOf(name, figure)
      const at = `${thousands(size)} series`
      const goals = size < 10_000 ? {} : { [stock]: times(12), [go]: times(17) }
      const goalOfMemory = size < 10_000 ? {} : { [stock]: { of: 'share' as const, limit: 0.4 } }
      figures.push(
        ...compare(`CPU of a page, ${at}`, 'ms', of('render'), ours, { ...withoutGoals, ...goals }),
        ...compare(`CPU of a page through a host's registry, ${at}`, 'ms', of('render'), throughRegistry, {
          [stock]: times(2.5),
        }),
        ...compare(`CPU of taking new values and a page, ${at}`, 'ms', of('keepAndRender'), ours, withoutGoals),
        ...compare(`peak memory, ${at}`, 'MB', of('peak'), ours, { ...withoutGoals, ...goalOfMemory }),
      )
      for (const { name } of subjects) {
        const perSeries = (spreadOf(valuesOf(name, 'render')).median * 1000) / size
        add(name, size, perSeries)
      }
    }
    return {
      figures,
      notes: missingIn(peers),
      plots: [
        {
          name: 'render',
          title: 'A page of values that have just changed',
          x: 'series',
          y: 'CPU per series, µs',
          lines: lines(),
        },
      ],
    }
  } finally {
    await goPeers.remove()
    await rm(folder, { recursive: true })
  }
}

const times = (limit: number) => ({ of: 'times' as const, limit })
