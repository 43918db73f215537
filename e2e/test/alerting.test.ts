import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { parse, stringify } from 'yaml'
import { alerts } from '../../deploy/mixin/alerts.js'
import { defaultConfig, type MixinConfig } from '../../deploy/mixin/config.js'
import { recordingRules } from '../../deploy/mixin/recording-rules.js'
import { ruleFile } from '../../deploy/mixin/render.js'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { root } from '../../testing/start-process.js'
import { startAlertmanager, startWebhook, testWithAlertmanager } from '../helpers/alertmanager.js'
import { everySecond, startWatching } from '../helpers/exporter.js'
import { startPrometheus } from '../helpers/prometheus.js'

const example = resolve(root, 'deploy/alertmanager/alertmanager.yml')

/** The mixin for a world that is looked at each second. */
const hasty: MixinConfig = {
  ...defaultConfig,
  alerts: {
    ...defaultConfig.alerts,
    AlaudaCloudDown: { severity: 'critical', for: '1s' },
    AlaudaExporterDown: { severity: 'critical', for: '1s' },
    AlaudaServiceVanished: { severity: 'warning', for: '1s', keepFiringFor: '3s', window: '10m' },
  },
}

/** The example as it is, but for the address of its receivers and for how long it waits. */
const exampleFor = async (webhook: string): Promise<string> =>
  stringify(
    parse(await readFile(example, 'utf8'), (key, value: unknown) => {
      if (key === 'group_wait' || key === 'group_interval') return '1s'
      return key === 'url' ? new URL(new URL(String(value)).pathname, webhook).href : value
    }),
  )

const startAlerting = async (t: ExecutionContext) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const webhook = await startWebhook(t)
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'rules.yml'), ruleFile([...alerts(hasty), ...recordingRules(hasty)]))
  const address = `127.0.0.1:${await freePort()}`
  const startExporter = async () =>
    (await startWatching(t, cloud, address, [...everySecond, '--collect.max-age=5s', '--alauda.max-retries=0']))
      .exporter
  const [exporter, alertmanager] = await Promise.all([
    startExporter(),
    startAlertmanager(t, await exampleFor(webhook.url)),
  ])
  const prometheus = await startPrometheus(
    t,
    '',
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(folder, 'rules.yml')],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
      scrape_configs: [{ job_name: 'alauda', static_configs: [{ targets: [address] }] }],
    }),
  )
  return { cloud, webhook, prometheus, exporter, startExporter }
}

/** Calls the API as the account's owner. */
const callAsOwner = async (base: string, method: string, path: string, body?: unknown): Promise<void> => {
  const credentials = { username: 'demo', password: 'demo' }
  const { token } = await createAlaudaClient({ endpoint: base, credentials }).login()
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${base}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  if (!response.ok) throw new Error(`${method} ${path}: HTTP status ${response.status}`)
}

testWithAlertmanager(
  'a broken service and its recovery are notified; while the cloud or the exporter is down, only that',
  async (t) => {
    const { cloud, webhook, prometheus, exporter, startExporter } = await startAlerting(t)
    const told = () =>
      webhook
        .notices()
        .map(({ receiver, status, labels }) =>
          `${receiver} ${status} ${labels.alertname} ${labels.service ?? ''}`.trim(),
        )
    const toldSoFar: string[] = []
    const isTold = async (notice: string) => {
      toldSoFar.push(notice)
      t.deepEqual(
        await eventually(
          async () => told(),
          ({ length }) => length >= toldSoFar.length,
        ),
        toldSoFar,
      )
    }
    await eventually(
      () => prometheus.query('alauda_service_info{service="kibana"}'),
      ({ length }) => length === 1,
    )

    const queries = await runbookQueries('kibana')
    t.true(queries.length > 50)
    for (const query of queries) await t.notThrowsAsync(prometheus.query(query), query)

    await callAsOwner(cloud.url, 'DELETE', 'services/demo/kibana/')
    await isTold('/team firing AlaudaServiceVanished kibana')
    const [notice] = webhook.notices()
    t.is(notice?.annotations.summary, 'demo/kibana has vanished.')
    t.is(notice?.annotations.runbook_url, `${defaultConfig.runbookBaseUrl}/AlaudaServiceVanished.md`)

    // All services vanish, kibana's series too: no notification resolves.
    const nothingIsKnown = () =>
      eventually(
        () => prometheus.query('alauda_service_info or ALERTS{service!="", alertstate="firing"}'),
        ({ length }) => length === 0,
      )
    const kibanaIsMissed = () =>
      eventually(
        () => prometheus.query('ALERTS{alertname="AlaudaServiceVanished", alertstate="firing"}'),
        ({ length }) => length === 1,
      )
    cloud.faults.set([{ kind: 'server-error' }])
    await isTold('/on-call firing AlaudaCloudDown')
    await nothingIsKnown()
    cloud.faults.clear()
    await isTold('/on-call resolved AlaudaCloudDown')
    await kibanaIsMissed()

    await exporter.stop()
    await isTold('/on-call firing AlaudaExporterDown')
    await nothingIsKnown()
    await startExporter()
    await isTold('/on-call resolved AlaudaExporterDown')
    await kibanaIsMissed()

    await callAsOwner(cloud.url, 'POST', 'services/demo/', {
      service_name: 'kibana',
      image_name: 'library/kibana',
      target_num_instances: 1,
    })
    await isTold('/team resolved AlaudaServiceVanished kibana')
  },
)

/** What the runbooks ask Prometheus, of this service: a query a line. */
const runbookQueries = async (service: string): Promise<ReadonlyArray<string>> => {
  const folder = resolve(root, 'docs/runbooks')
  const pages = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  return pages
    .flatMap((page) =>
      [...page.matchAll(/^```promql\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n')),
    )
    .map((query) => query.replaceAll('SERVICE', service))
}

testWithAlertmanager('the example of an Alertmanager’s configuration is right', (t) => {
  const { status, stderr } = spawnSync('amtool', ['check-config', example], { encoding: 'utf8' })
  t.is(status, 0, stderr)
})
