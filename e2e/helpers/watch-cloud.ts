import { type AlaudaClient, createAlaudaClient } from '@alauda-exporter/alauda-client'
import { articleWorld, type Simulator, startSimulator, type World } from '@alauda-exporter/alauda-simulator'
import { type Collector, createCollector } from '@alauda-exporter/collector'
import { type ManualClock, manualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'
import { inManualTime } from './manual-time.js'
import { samplesOf } from './page.js'

/** When every watched cloud's time begins: at a full minute, in seconds since the epoch. */
export const startTime = Date.UTC(2026, 0, 1) / 1000

export interface WatchOptions {
  /** Default: the article's world. */
  readonly world?: World
  /** Default: the collector's own. */
  readonly intervalMs?: number
  /** From 0 to 1, for the waits between retries. Default: 0, no waits. */
  readonly jitter?: number
  /** Called when a collection has ended. */
  readonly onCollected?: () => void
}

/** A cloud, and a collector that watches it over real HTTP. Both go by one clock, which stands still until it is moved. */
export interface WatchedCloud {
  readonly clock: ManualClock
  readonly cloud: Simulator
  readonly client: AlaudaClient
  readonly collector: Collector
  /** What `promise` gives, and the time that it needs for it. */
  readonly inTime: <A>(promise: Promise<A>) => Promise<A>
  /** Resolves when the next collection ends, or the one that is under way. */
  readonly nextCollected: () => Promise<void>
  /** The page's samples whose lines begin so. */
  readonly samples: (start: string) => ReadonlyArray<string>
  /** The page of an exporter that has only just been started, and whose cloud has no faults. */
  readonly freshPage: () => Promise<string>
  readonly close: () => Promise<void>
}

const credentials = { username: 'demo', password: 'demo' }

export const watchCloud = async (options: WatchOptions = {}): Promise<WatchedCloud> => {
  const { world = articleWorld({ origin: startTime }), intervalMs, jitter = 0 } = options
  const { onCollected = () => {} } = options
  const clock = manualClock(startTime * 1000)
  const [cloud, faultless] = await Promise.all([startSimulator({ world, clock }), startSimulator({ world, clock })])
  let awaited: (() => void)[] = []
  const watch = ({ url }: Simulator, onCollected = () => {}) => {
    const client = createAlaudaClient({ endpoint: url, credentials, clock, random: () => jitter })
    const own = { client, namespaces: ['demo'], clock, random: () => 0, onCollected }
    return { client, collector: createCollector(intervalMs === undefined ? own : { ...own, intervalMs }) }
  }
  const { client, collector } = watch(cloud, () => {
    for (const tell of awaited) tell()
    awaited = []
    onCollected()
  })
  return {
    clock,
    cloud,
    client,
    collector,
    inTime: (promise) => inManualTime({ clock, cloud, client }, promise),
    nextCollected: () => new Promise((resolve) => awaited.push(resolve)),
    samples: (start) => samplesOf(collector.expose(), start),
    freshPage: async () => {
      const fresh = watch(faultless).collector
      await fresh.collect()
      return fresh.expose()
    },
    close: async () => {
      collector.stop()
      await Promise.all([cloud.close(), faultless.close()])
    },
  }
}
