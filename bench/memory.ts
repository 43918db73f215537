import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { type Figure, thousands } from './suite/figures.js'
import { nodeSubject } from './suite/peers.js'
import { inRounds, reportOf } from './suite/rounds.js'

const ours = 'this project'
const fewInstances = 100

/** What the collector keeps for each instance, and whether it keeps more with each collection. */
export const benchMemory: Bench = async ({ sizes, rounds, isShort }) => {
  const measuredSizes = sizes ?? (isShort ? [10_000] : [10_000, 100_000])
  const manyCollections = isShort ? 100 : 1_000
  const api = await startApiServer([...measuredSizes, fewInstances])
  const measure = async (instances: number, collections: number, times: number) => {
    const { command } = nodeSubject(ours, 'memory-program')
    const [node = '', ...program] = command
    const args = [
      `--url=${api.url}`,
      `--namespace=${api.namespaceOf(instances)}`,
      `--few=${api.namespaceOf(fewInstances)}`,
      '--concurrency=64',
      `--collections=${collections}`,
    ]
    const subject = { name: ours, command: [node, '--expose-gc', ...program] }
    const valuesOf = await inRounds(times, [subject], () => reportOf(subject, args))
    return (figure: string) => valuesOf(ours, figure)
  }
  try {
    const figures: Figure[] = []
    for (const instances of measuredSizes) {
      const values = await measure(instances, 2, rounds)
      figures.push({
        what: `state per instance beside the page, ${thousands(instances)} instances`,
        unit: 'B',
        ours: values('state').map((bytes) => bytes / instances),
        goal: { of: 'value', limit: 500 },
      })
    }
    // Once: it is long, and counts bytes instead of time.
    const values = await measure(fewInstances, manyCollections, 1)
    figures.push({
      what: `memory in use after ${thousands(manyCollections)} collections of ${fewInstances} instances`,
      unit: 'MB',
      ours: values('late'),
      peer: { name: `itself after ${manyCollections / 10} collections`, values: values('early') },
      goal: { of: 'share', limit: 1.05 },
    })
    return { figures, notes: ['The peak memory beside that of the plain way is a figure of `whole`.'] }
  } finally {
    await api.stop()
  }
}
