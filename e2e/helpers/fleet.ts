import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { root } from '../../testing/start-process.js'
import { everySecond, startWatching } from './exporter.js'
import { type Prometheus, type Series, startPrometheus } from './prometheus.js'

/** Where the settings for Prometheus are that the project ships. */
export const prometheusFiles = join(root, 'deploy/prometheus')

export interface Fleet {
  readonly cloud: Simulator
  /** The exporter's base URL. */
  readonly exporter: string
  readonly shards: ReadonlyArray<Prometheus>
  /** An instant query of all shards: what each of them answers, one after the other. */
  readonly query: (expression: string) => Promise<ReadonlyArray<Series>>
}

/** The simulator, one exporter, and two Prometheus servers that share its services as `sharded.yml` says, each second. */
export const startFleet = async (t: Pick<ExecutionContext, 'teardown'>): Promise<Fleet> => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const { url } = await startWatching(t, cloud, '127.0.0.1:0', [...everySecond, '--alauda.max-retries=0'])
  const { host } = new URL(url)
  const shards = await Promise.all(
    [0, 1].map(async (shard) => startPrometheus(t, host, await shardSettings(host, shard))),
  )
  return {
    cloud,
    exporter: url,
    shards,
    query: async (expression) => (await Promise.all(shards.map(({ query }) => query(expression)))).flat(),
  }
}

/** `sharded.yml` for one shard of this exporter, with each second where it says each minute. */
const shardSettings = async (host: string, shard: number): Promise<string> => {
  const shipped = await readFile(join(prometheusFiles, 'sharded.yml'), 'utf8')
  const changes = [
    ['http://localhost:10104/sd', `http://${host}/sd`],
    ['regex: "0"', `regex: "${shard}"`],
    ['scrape_interval: 60s', 'scrape_interval: 1s'],
    ['scrape_timeout: 30s', 'scrape_timeout: 1s'],
    ['refresh_interval: 60s', 'refresh_interval: 1s'],
  ] as const
  return changes.reduce((settings, [from, to]) => {
    if (!settings.includes(from)) throw new Error(`sharded.yml does not say ${from}`)
    return settings.replace(from, to)
  }, shipped)
}
