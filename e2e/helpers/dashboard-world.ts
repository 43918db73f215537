import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorld, type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { alerts } from '../../deploy/mixin/alerts.js'
import { defaultConfig, type MixinConfig } from '../../deploy/mixin/config.js'
import { recordingRules } from '../../deploy/mixin/recording-rules.js'
import { ruleFile } from '../../deploy/mixin/render.js'
import { everySecond, startExporter, startWatching } from './exporter.js'
import { type Prometheus, startPrometheus } from './prometheus.js'

export interface DashboardWorld {
  /** The cloud of the article: the namespace `demo`, of two exporters without accounts, which probe its services too. */
  readonly demo: Simulator
  /** Another cloud: the namespace `shop`, of an exporter with the account `north`; its services have projects and spaces. */
  readonly shop: Simulator
  readonly prometheus: Prometheus
  /** Label matchers that select each cloud once. */
  readonly once: string
  readonly stopExporters: () => Promise<unknown>
}

/** The mixin, with an AlaudaCloudDown that fires immediately. */
export const impatient: MixinConfig = {
  ...defaultConfig,
  alerts: {
    ...defaultConfig.alerts,
    AlaudaCloudDown: { ...defaultConfig.alerts.AlaudaCloudDown, for: '1s' },
  },
}

const shopWorld = (origin: number) =>
  createWorld({
    origin,
    services: [
      {
        service_name: 'front',
        image_name: 'index.alauda.cn/shop/front',
        target_num_instances: 2,
        project_name: 'sales',
        space_name: 'live',
      },
      { service_name: 'stock', image_name: 'index.alauda.cn/shop/stock', project_name: 'sales', space_name: 'live' },
      { service_name: 'web', image_name: 'index.alauda.cn/shop/web', project_name: 'sales', space_name: 'live' },
    ],
  })

/**
 * Two clouds, of which one is reported three times: by two exporters, and by a probe for each service. And the real Prometheus with the
 * mixin's rules, which scrapes the exporters each second.
 */
export const startDashboardWorld = async (t: ExecutionContext): Promise<DashboardWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-dashboards-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const demo = await startSimulator()
  t.teardown(() => demo.close())
  const world = shopWorld(demo.now() - 600)
  const shop = await startSimulator({ namespace: 'shop', username: 'shop', password: 'shop', world })
  t.teardown(() => shop.close())

  const settings = join(folder, 'exporter.yml')
  await writeFile(
    settings,
    `accounts: [{ name: north, endpoint: '${shop.url}', username: shop, password: shop, namespace: shop }]\n`,
  )
  const anywhere = '127.0.0.1:0'
  const ofDemo = () => startWatching(t, demo, anywhere, everySecond)
  const ofShop = () =>
    startExporter(t, [`--config.file=${settings}`, `--web.listen-address=${anywhere}`, ...everySecond])
  const exporters = await Promise.all([ofDemo(), ofShop(), ofDemo()])
  const addresses = exporters.map(({ url }) => new URL(url).host)
  const [first, second] = addresses

  const rules = join(folder, 'rules.yml')
  await writeFile(rules, ruleFile([...recordingRules(impatient), ...alerts(impatient)]))
  const prometheus = await startPrometheus(
    t,
    '',
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${rules}']
scrape_configs:
  - job_name: alauda
    static_configs: [{ targets: ['${addresses.join("', '")}'] }]
  - job_name: alauda-probes
    scrape_interval: 3s
    scrape_timeout: 3s
    http_sd_configs: [{ url: 'http://${first}/sd', refresh_interval: 1s }]
    relabel_configs: [{ source_labels: [__param_service], target_label: instance }]
`,
  )
  return {
    demo,
    shop,
    prometheus,
    once: `instance=~"${first}|${second}"`,
    stopExporters: () => Promise.all(exporters.map(({ exporter }) => exporter.stop())),
  }
}
