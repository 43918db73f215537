import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './suite/bench.js'
import { type Figure, type Goal, spreadOf } from './suite/figures.js'
import { createGoPeers, isPresent, missingIn, nodeSubject, onRelease, type Peer, pythonPeer } from './suite/peers.js'
import { inRounds, type Report, reportOf } from './suite/rounds.js'

const ours = 'this project'
const throughRegistry = "this project through a host's registry"
const stock = 'prom-client'
const go = 'Go: promhttp'

/** An instance has 12 series, and its service has 7 for all ten. */
const seriesPerInstance = 12.7

const pagesOf = (series: number): number => Math.max(2, Math.ceil(30_000 / series))

/** CPU time and memory for a page of values that have just changed. All pages have the same series. */
export const benchRender: Bench = async ({ sizes, rounds, isShort }) => {
  const measuredSizes = sizes ?? (isShort ? [10_000] : [1_000, 10_000, 100_000])
  const folder = await mkdtemp(join(tmpdir(), 'bench-render-'))
  const page = join(folder, 'page.txt')
  const goPeers = await createGoPeers()
  try {
    const ofPage = `--page=${page}`
    const peers: ReadonlyArray<Peer> = [
      nodeSubject(stock, 'peers/prom-client-render', ofPage),
      await onRelease('22', nodeSubject('@prometheus-io/client, Node.js 22', 'peers/prometheus-io-render', ofPage)),
      await goPeers.build(go, 'render.go', ofPage),
      await pythonPeer('Python: prometheus_client', 'render.py', ofPage),
    ]
    const present = peers.filter(isPresent)
    const figures: Figure[] = []
    const medians = new Map<string, Array<readonly [number, number]>>()
    for (const size of measuredSizes) {
      const instances = `--instances=${Math.round(size / seriesPerInstance / 10) * 10}`
      const [own, registry] = [
        nodeSubject(ours, 'render-program', '--through=page', instances),
        nodeSubject(throughRegistry, 'render-program', '--through=registry', instances),
      ]
      await reportOf(own, ['--warm=0', '--measured=1', `--write=${page}`])
      const pages = pagesOf(size)
      const args = [`--warm=${pages}`, `--measured=${pages}`]
      const subjects = [own, registry, ...present]
      const figureOf = await inRounds(rounds, subjects, (subject) => reportOf(subject, args))
      const compare = (
        what: string,
        unit: string,
        of: (report: Report) => number,
        goals: Readonly<Record<string, Goal | undefined>>,
        subject = ours,
      ) => {
        for (const [name, goal] of Object.entries(goals)) {
          const values = figureOf(name, of)
          if (values.length === 0) continue
          const figure = { what: `${what}, ${size} series`, unit, ours: figureOf(subject, of), peer: { name, values } }
          figures.push(goal === undefined ? figure : { ...figure, goal })
        }
      }
      const renderCpu = ({ renderCpu = Number.NaN }: Report) => renderCpu / 1000
      const bothCpu = ({ keepCpu = Number.NaN, renderCpu = Number.NaN }: Report) => (keepCpu + renderCpu) / 1000
      const none = Object.fromEntries(present.map(({ name }) => [name, undefined]))
      const isLarge = size >= 10_000
      compare('CPU of a page', 'ms', renderCpu, {
        ...none,
        ...(isLarge && { [stock]: { of: 'times', limit: 12 }, [go]: { of: 'times', limit: 17 } }),
      })
      compare(
        "CPU of a page through a host's registry",
        'ms',
        renderCpu,
        { [stock]: { of: 'times', limit: 2.5 } },
        throughRegistry,
      )
      compare('CPU of taking new values and a page', 'ms', bothCpu, none)
      compare('peak memory', 'MB', ({ peakRssBytes = Number.NaN }) => peakRssBytes / 1e6, {
        ...none,
        [stock]: isLarge ? { of: 'share', limit: 0.4 } : undefined,
      })
      for (const { name } of subjects) {
        const perSeries = (spreadOf(figureOf(name, renderCpu)).median * 1000) / size
        medians.set(name, [...(medians.get(name) ?? []), [size, perSeries]])
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
          lines: [...medians].map(([name, points]) => ({ name, points })),
        },
      ],
    }
  } finally {
    await goPeers.remove()
    await rm(folder, { recursive: true })
  }
}
