import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { parse, stringify } from 'yaml'
import { freePort } from '../../testing/ports.js'
import { type Queries, queriesOf } from '../../testing/stored-samples.js'
import { startAlertmanager, startWebhook, type Webhook } from './alertmanager.js'
import { demoAccount, exporterProgram } from './exporter.js'
import { prometheusFiles } from './fleet.js'
import { type Restartable, startRestartable } from './restartable.js'
import { startVictoriaMetrics, startVmalert, type VictoriaMetrics } from './victoria-metrics.js'

/** A Prometheus server and the exporter beside it. */
export interface Shard {
  readonly exporter: Restartable
  readonly server: Restartable & Queries
}

export interface ShardedStack {
  readonly cloud: Simulator
  readonly shards: readonly [Shard, Shard]
  readonly storage: VictoriaMetrics
  /** Receiver of the alerts' notifications. */
  readonly webhook: Webhook
}

type Test = Pick<ExecutionContext, 'teardown'>

/** The configuration of a shard, as `deploy/prometheus/sharded` gives it for these numbers. */
export const renderShard = (shard: number | string, shards: number | string): string =>
  execFileSync('sh', [join(prometheusFiles, 'sharded/render.sh')], {
    env: { PATH: process.env.PATH, SHARD: String(shard), SHARDS: String(shards) },
    encoding: 'utf8',
    stdio: 'pipe',
  })

/**
 * The simulator, two shards of a server and an exporter each, one storage for both, and vmalert over it, all looking each second.
 * Alerts whose conditions are met by an outage fire after seconds instead of minutes.
 */
export const startShardedStack = async (t: Test): Promise<ShardedStack> => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const webhook = await startWebhook(t)
  const [alertmanager, storage] = await Promise.all([
    startAlertmanager(t, tellAtOnce(webhook.url)),
    startVictoriaMetrics(t),
  ])
  for (const name of ['rules/alerts.yml', 'sharded/shard-alerts.yml', 'sharded/whole-alerts.yml'])
    await writeFile(join(folder, basename(name)), await hasty(name))
  const rules = [join(folder, 'whole-alerts.yml'), join(prometheusFiles, 'rules/recording.yml')]
  const vmalert = await startVmalert(t, rules, storage.address, alertmanager)
  const startShard = async (shard: number): Promise<Shard> => {
    const [exporterAddress, address] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
    const config = join(folder, `shard-${shard}.yml`)
    await writeFile(
      config,
      eachSecond(renderShard(shard, 2), [
        ['localhost:10104', exporterAddress],
        ['localhost:9090', address],
        ['localhost:9093', alertmanager],
        ['localhost:8880', vmalert],
        ['"localhost:8428"', `"${storage.address}"`],
        ['localhost:8428', storage.address],
      ]),
    )
    const [exporter, server] = await Promise.all([
      startExporter(t, cloud.url, exporterAddress),
      startServer(t, config, join(folder, `data-${shard}`), address),
    ])
    return { exporter, server }
  }
  return { cloud, storage, webhook, shards: await Promise.all([startShard(0), startShard(1)]) }
}

const tellAtOnce = (webhook: string): string =>
  stringify({
    route: { receiver: 'test', group_by: ['...'], group_wait: '0s', group_interval: '1s' },
    receivers: [{ name: 'test', webhook_configs: [{ url: webhook }] }],
  })

const quickAlerts: Readonly<Record<string, string>> = {
  AlaudaExporterDown: '10s',
  AlaudaCloudDown: '5s',
  AlaudaServiceVanished: '5s',
  AlaudaShardDown: '1s',
  AlaudaStorageDown: '1s',
}

/** A file of rules, in which some alerts do not wait for minutes. */
const hasty = async (name: string): Promise<string> => {
  const { groups } = parse(await readFile(join(prometheusFiles, name), 'utf8'))
  for (const rule of groups.flatMap(({ rules }: { readonly rules: unknown }) => rules))
    rule.for = quickAlerts[rule.alert] ?? rule.for
  return stringify({ groups })
}

const startExporter = (t: Test, endpoint: string, address: string): Promise<Restartable> =>
  startRestartable(
    t,
    process.execPath,
    [
      exporterProgram,
      `--alauda.endpoint=${endpoint}`,
      `--web.listen-address=${address}`,
      '--collect.interval=0',
      '--collect.period=1s',
      '--collect.window=10s',
      '--metrics.article-names',
    ],
    /Open http/,
    demoAccount,
  )

const startServer = async (t: Test, config: string, data: string, address: string): Promise<Shard['server']> => {
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`]
  const server = await startRestartable(t, 'prometheus', args, /Server is ready to receive web requests/)
  return { ...server, ...queriesOf(`http://${address}`) }
}

/** The configuration with other addresses, and with each second where it says each minute. */
const eachSecond = (settings: string, addresses: ReadonlyArray<readonly [string, string]>): string =>
  [
    ...addresses,
    ['scrape_interval: 60s', 'scrape_interval: 1s\n  evaluation_interval: 1s'] as const,
    ['scrape_timeout: 30s', 'scrape_timeout: 1s'] as const,
    ['refresh_interval: 60s', 'refresh_interval: 1s'] as const,
  ].reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the configuration does not say ${from}`)
    return changed.replace(from, to)
  }, settings)
