import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { freePort } from '../../scripts/stack/ports.js'
import { prometheusFiles } from './fleet.js'
import { type Restartable, startRestartable } from './restartable.js'
import { sourceNode } from './start-process.js'
import { type Queries, queriesOf } from './stored-samples.js'
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.js'

/** A Prometheus server and the exporter beside it. */
export interface Shard {
  readonly exporter: Restartable
  readonly server: Restartable & Queries
}

export interface ShardedStack {
  readonly cloud: Simulator
  readonly shards: readonly [Shard, Shard]
  readonly storage: VictoriaMetrics
}

type Test = Pick<ExecutionContext, 'teardown'>

/** The configuration of a shard, as `deploy/prometheus/sharded` gives it for these numbers. */
export const renderShard = (shard: number | string, shards: number | string): string =>
  execFileSync('sh', [join(prometheusFiles, 'sharded/render.sh')], {
    env: { PATH: process.env.PATH, SHARD: String(shard), SHARDS: String(shards) },
    encoding: 'utf8',
    stdio: 'pipe',
  })

/** The simulator, two shards of a server and an exporter each, and one storage for both, all looking each second. */
export const startShardedStack = async (t: Test): Promise<ShardedStack> => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const storage = await startVictoriaMetrics(t)
  const startShard = async (shard: number): Promise<Shard> => {
    const [exporterAddress, address] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    const exporter = await startExporter(t, cloud.url, exporterAddress)
    const settings = eachSecond(renderShard(shard, 2), [
      ['localhost:10104', exporterAddress],
      ['localhost:9090', address],
      ['localhost:8428', storage.address],
    ])
    return { exporter, server: await startServer(t, settings, address) }
  }
  return { cloud, storage, shards: await Promise.all([startShard(0), startShard(1)]) }
}

const startExporter = (t: Test, endpoint: string, address: string): Promise<Restartable> =>
  startRestartable(
    t,
    process.execPath,
    [
      ...sourceNode,
      'packages/exporter-http/src/bin.ts',
      `--alauda.endpoint=${endpoint}`,
      `--web.listen-address=${address}`,
      '--collect.interval=0',
      '--collect.period=1s',
      '--collect.window=10s',
      '--metrics.article-names',
    ],
    /Open http/,
    { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' },
  )

const startServer = async (t: Test, settings: string, address: string): Promise<Shard['server']> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const config = join(folder, 'prometheus.yml')
  await writeFile(config, settings)
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ]
  const server = await startRestartable(t, 'prometheus', args, /Server is ready to receive web requests/)
  return { ...server, ...queriesOf(`http://${address}`) }
}

/** The configuration with other addresses, and with each second where it says each minute. */
const eachSecond = (settings: string, addresses: ReadonlyArray<readonly [string, string]>): string =>
  [
    ...addresses,
    ['scrape_interval: 60s', 'scrape_interval: 1s'] as const,
    ['scrape_timeout: 30s', 'scrape_timeout: 1s'] as const,
    ['refresh_interval: 60s', 'refresh_interval: 1s'] as const,
    ['api/v1/write\n', 'api/v1/write\n    queue_config: { batch_send_deadline: 1s }\n'] as const,
  ].reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the configuration does not say ${from}`)
    return changed.replace(from, to)
  }, settings)
