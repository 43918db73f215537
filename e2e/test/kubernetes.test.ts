import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { main } from '@alauda-exporter/exporter-http'
import { Ajv } from 'ajv'
import test, { type ExecutionContext } from 'ava'
import { parse, parseDocument, stringify } from 'yaml'
import { chartFolder, renderChart } from '../../deploy/kubernetes/chart.js'
import { copiedRules, versionedChart } from '../../deploy/kubernetes/generated.js'
import { createAuthority } from '../../packages/exporter-http/test/helpers/certificates.js'
import { eventually } from '../../testing/eventually.js'
import { root } from '../../testing/start-process.js'
import { chartObjects, testWithChart } from '../helpers/chart.js'
import { account, secrets, variants } from '../helpers/chart-variants.js'
import { startExporter } from '../helpers/exporter.js'
import { type KubernetesObjects, objectsIn, schemaFaults } from '../helpers/kubernetes-objects.js'
import { startPrometheus, testWithPrometheus } from '../helpers/prometheus.js'

const folder = join(root, 'deploy', 'kubernetes')

/** The files below folders of deploy/kubernetes, by path. */
const committed = (...folders: ReadonlyArray<string>): ReadonlyMap<string, string> =>
  new Map(
    folders
      .flatMap((name) => readdirSync(join(folder, name), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  )

const rendered = new Map<string, KubernetesObjects>()

/** The objects of a variant, rendered once. */
const objectsOf = (variant: string): KubernetesObjects => {
  const objects = rendered.get(variant) ?? chartObjects(variants[variant] ?? {})
  rendered.set(variant, objects)
  return objects
}

const allObjects = () => Object.keys(variants).map(objectsOf)

test('what is generated is up to date: npm run kubernetes', (t) => {
  const wanted = new Map([...copiedRules(), ...versionedChart()])
  const present = committed('chart')
  const lagging = [...wanted].filter(([file, text]) => present.get(file) !== text)
  t.deepEqual(
    lagging.map(([file]) => file),
    [],
  )
  const written = [...present.keys()].filter((file) => file.includes('/files/'))
  t.deepEqual(
    written.filter((file) => !wanted.has(file)),
    [],
  )
})

testWithChart('fits the schemas of Kubernetes and of the Prometheus Operator', (t) => {
  t.deepEqual(schemaFaults(allObjects()), [])
})

test('a wrong value and an unknown key are found', (t) => {
  const wrong = ['type: Internet', 'ports: [{ port: http }]', 'clusterip: None'].map((line): [string, string] => [
    `${line}.yaml`,
    `apiVersion: v1\nkind: Service\nspec: { ${line} }`,
  ])
  const faults = schemaFaults([objectsIn(new Map(wrong))])
  for (const [file] of wrong) t.true(faults.some((fault) => fault.startsWith(file)))
})

test('values.schema.json takes what people do, and refuses what is misspelt', (t) => {
  const isRight = new Ajv().compile(JSON.parse(readFileSync(join(chartFolder, 'values.schema.json'), 'utf8')))
  const values = parse(readFileSync(join(chartFolder, 'values.yaml'), 'utf8'))
  t.true(isRight(values), JSON.stringify(isRight.errors))
  for (const variant of Object.values(variants)) t.true(isRight(variant), JSON.stringify(isRight.errors))
  const known = Object.keys(JSON.parse(readFileSync(join(chartFolder, 'values.schema.json'), 'utf8')).properties)
  t.deepEqual([...Object.keys(values), 'global'].sort(), known.sort())
  for (const wrong of [
    { existingsecret: 'a' },
    { replicaCount: '2' },
    { image: { tags: '1' } },
    { secrets: { 'a/b': 'c' } },
    { settings: { alauda: { password: 'open' } } },
    { settings: { alauda: { username: 13800138000 } } },
    { serviceMonitor: { interval: '1 minute' } },
    { serviceMonitor: { endpoint: { relabelings: [] } } },
  ])
    t.false(isRight(wrong), JSON.stringify(wrong))
})

testWithChart('the pod is denied all that it does not need', (t) => {
  for (const objects of allObjects()) {
    const { template } = objects.one('Deployment').spec ?? {}
    for (const pod of [template?.spec, objects.one('Pod').spec]) {
      t.like(pod, { automountServiceAccountToken: false })
      t.like(pod?.securityContext, { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } })
      for (const { securityContext } of pod?.containers ?? [])
        t.deepEqual(securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
    }
    t.truthy(template?.spec?.containers[0]?.resources?.limits?.memory)
  }
})

testWithChart('objects selected by labels have them', (t) => {
  const objects = objectsOf('everything')
  const { template, selector } = objects.one('Deployment').spec ?? {}
  const selectors = [
    selector?.matchLabels,
    objects.one('Service').spec?.selector,
    objects.one('NetworkPolicy').spec?.podSelector?.matchLabels,
    objects.one('PodDisruptionBudget').spec?.selector?.matchLabels,
  ]
  for (const labels of selectors) t.like(template?.metadata?.labels, labels ?? { selector: 'none' })
  const service = objects.one('Service')
  t.like(service.metadata?.labels, objects.one('ServiceMonitor').spec.selector.matchLabels ?? { selector: 'none' })
  t.true(service.spec?.publishNotReadyAddresses)
  const from = objects.one('NetworkPolicy').spec?.ingress?.[0]?.from?.map(({ podSelector }) => podSelector?.matchLabels)
  t.like(objects.one('Pod').metadata?.labels, from?.[1] ?? { selector: 'none' })
})

testWithChart('what looks like a number or a switch stays a string', (t) => {
  const name = '1e3'
  // In Base64, these are digits alone.
  const withSecret = chartObjects({ ...account, secrets: { password: 'םv' }, nameOverride: '12' }, name)
  const serviceAccount = { create: false, name: 'on' }
  const existing = { existingSecret: '12', priorityClassName: '1e3', nameOverride: 'true', serviceAccount }
  const withoutSecret = chartObjects({ ...variants.everything, secrets: {}, ...existing }, name)
  t.deepEqual(schemaFaults([withSecret, withoutSecret]), [])
  t.is(withSecret.one('Secret').data?.password, '1512')
  t.is(withoutSecret.one('Deployment').spec?.template.spec?.serviceAccountName, 'on')
})

testWithChart('names fit, however long those are that they are made of', (t) => {
  const names: unknown[] = []
  const collect = (key: string, value: unknown) => {
    if (/labels$/i.test(key)) names.push(...Object.values(value ?? {}))
    return value
  }
  const nameOverride = `${'n'.repeat(57)}-${'n'.repeat(20)}`
  for (const values of [{ nameOverride }, { nameOverride, fullnameOverride: 'f'.repeat(80) }]) {
    const { all } = chartObjects({ ...variants.everything, ...values }, 'r'.repeat(53))
    for (const { json } of all) names.push(JSON.parse(json, collect).metadata.name)
  }
  for (const name of names) t.regex(String(name), /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/)
  t.true(names.length > 50)
})

testWithChart('the notes explain how to reach it, with a job for a Prometheus without the operator', (t) => {
  const values = { ...account, existingSecret: 'cloud', service: { port: 80 } }
  const notes = renderChart(values, { name: 'watcher', namespace: 'shop' }).get('templates/NOTES.txt') ?? ''
  const [text, job] = notes.split(/ Without:\n/)
  t.regex(
    text ?? '',
    /http:\/\/localhost:10104\/:\s+kubectl --namespace shop port-forward service\/watcher-alauda-exporter 10104:80\n/,
  )
  const targets = ['watcher-alauda-exporter.shop.svc:80']
  t.deepEqual(parse(job ?? ''), {
    scrape_configs: [{ job_name: 'alauda', scheme: 'http', static_configs: [{ targets }] }],
  })
})

test('.helmignore ignores no file of the chart', (t) => {
  const ignored = [
    'ls-files',
    '--cached',
    '--ignored',
    `--exclude-from=${join(chartFolder, '.helmignore')}`,
    chartFolder,
  ]
  t.like(spawnSync('git', ignored, { cwd: root, encoding: 'utf8' }), { status: 0, stdout: '' })
})

test('the README names existing files and values', (t) => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const named = (pattern: RegExp) => [...readme.matchAll(pattern)].map(([, name]) => name ?? '')
  const files = [
    ...named(/\]\((?!https:)([^)#]+)/g).map((link) => join(folder, link)),
    ...named(/\b(deploy\/kubernetes\/[\w/-]+)/g).map((file) => join(root, file)),
  ]
  t.deepEqual(
    files.filter((file) => !existsSync(file)),
    [],
  )
  const values = parseDocument(readFileSync(join(chartFolder, 'values.yaml'), 'utf8'))
  const rows = named(/^\| (`.*?) \|/gm).join()
  const keys = [...named(/--set ([\w.]+)=/g), ...[...rows.matchAll(/`([\w.]+)/g)].map(([, key]) => key ?? '')]
  t.deepEqual(
    keys.filter((key) => !values.hasIn(key.split('.'))),
    [],
  )
  t.true(files.length > 5 && keys.length > 8)
})

testWithChart('the settings file is one that the exporter takes', async (t) => {
  const files = await mkdtemp(join(tmpdir(), 'alauda-exporter-chart-'))
  t.teardown(() => rm(files, { recursive: true }))
  await Promise.all(['password', 'token'].map((name) => writeFile(join(files, name), 'x')))
  for (const variant of Object.keys(variants)) {
    const settings = objectsOf(variant).one('ConfigMap').data?.['config.yml'] ?? ''
    const file = join(files, 'config.yml')
    await writeFile(file, settings.replaceAll('/run/secrets/alauda-exporter', files))
    t.deepEqual(await run(['check-config', file]), { status: 0, faults: '' }, variant)
  }
})

const run = async (args: ReadonlyArray<string>) => {
  let faults = ''
  const stderr = (text: string) => {
    faults += text
  }
  const status = await main(args, {}, { stdout: () => undefined, stderr })
  return { status, faults }
}

testWithChart('secrets are in the secret alone, and have to come from somewhere', (t) => {
  const objects = objectsOf('everything')
  const { data } = objects.one('Secret')
  t.is(Buffer.from(data?.password ?? '', 'base64').toString(), secrets.password)
  for (const { kind, json } of objects.all) if (kind !== 'Secret') t.notRegex(json, /cloud-secret/)
  t.false(objectsOf('smallest').kinds.includes('Secret'))
  t.throws(() => chartObjects(account), { message: /password or a token.*existingSecret/ })
  t.throws(() => chartObjects({ ...account, secrets, existingSecret: 'a' }), { message: /either/ })
  t.throws(() => chartObjects({ existingSecret: 'a' }), { message: /username is needed/ })
})

testWithChart('other settings or another token start a new pod, another password does not', (t) => {
  const template = (values: Readonly<Record<string, unknown>>) =>
    chartObjects({ ...account, ...values }).one('Deployment').spec?.template
  const before = template({ secrets })
  t.deepEqual(template({ secrets: { password: 'cloud-secret-2' } }), before)
  t.notDeepEqual(template({ secrets, settings: { alauda: { username: 'other' } } }), before)
  const settings = { alauda: { token_file: '/run/secrets/alauda-exporter/token' } }
  t.notDeepEqual(template({ settings, secrets: { token: 'b' } }), template({ settings, secrets: { token: 'a' } }))
})

testWithChart('brings all rules that Prometheus has', (t) => {
  const groups = ['alerts.yml', 'recording.yml'].flatMap(
    (file) => parse(readFileSync(join(root, 'deploy', 'prometheus', 'rules', file), 'utf8')).groups,
  )
  t.deepEqual(objectsOf('everything').one('PrometheusRule').spec.groups, groups)
})

const snakeCase = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A scrape configuration like that which the Prometheus Operator makes of the chart's ServiceMonitor. */
const operatorSettings = (target: string): string => {
  const [endpoint] = objectsOf('everything').one('ServiceMonitor').spec.endpoints
  const relabelings = (endpoint?.relabelings ?? []).map((rule) =>
    Object.fromEntries(Object.entries(rule).map(([key, value]) => [snakeCase(key), value])),
  )
  const labels = { namespace: 'monitoring', service: 'alauda-exporter', endpoint: 'http', pod: 'p', container: 'c' }
  return stringify({
    global: { scrape_interval: '1s' },
    scrape_configs: [
      {
        job_name: 'serviceMonitor/monitoring/alauda-exporter/0',
        honor_labels: endpoint?.honorLabels ?? false,
        static_configs: [{ targets: [target], labels }],
        relabel_configs: relabelings,
      },
    ],
  })
}

/** The exporter with an embedded cloud; gives its base URL. */
const startDemo = async (t: ExecutionContext, ...more: ReadonlyArray<string>): Promise<string> => {
  const { url } = await startExporter(t, ['--demo', '--web.listen-address=127.0.0.1:0', ...more])
  return url.replace(/\/$/, '')
}

/** `test`, where the chart can be rendered and the real Prometheus is. */
const testWithPrometheusAndChart = testWithChart === test ? testWithPrometheus : testWithChart

testWithPrometheusAndChart(
  'through the Prometheus Operator, namespace and service are those of the cloud',
  async (t) => {
    const { host } = new URL(await startDemo(t, '--metrics.article-names'))
    const prometheus = await startPrometheus(t, host, operatorSettings(host))
    const [up] = await eventually(
      () => prometheus.query('alauda_up'),
      (series) => series.length > 0,
    )
    t.deepEqual(up?.labels, {
      __name__: 'alauda_up',
      container: 'c',
      instance: host,
      job: 'alauda',
      namespace: 'demo',
      pod: 'p',
    })
    const services = await prometheus.query('alauda_service_info{namespace="demo", service="kibana"}')
    t.is(services.length, 1)
    const endpoints = await prometheus.query('count by (endpoint) (alauda_api_requests_total)')
    t.true(endpoints.length > 1)
    t.false(endpoints.some(({ labels }) => labels.endpoint === 'http'))
    const articles = await prometheus.query('memory_usage{service="kibana"}')
    t.true(articles.length > 0)
    t.false(articles.some(({ labels }) => labels.instance === host))
  },
)

testWithChart('the probes ask for what the exporter serves', async (t) => {
  const url = await startDemo(t)
  const [container] = objectsOf('everything').one('Deployment').spec?.template.spec?.containers ?? []
  const status = async (path: string | undefined) => (await fetch(`${url}${path}`)).status
  t.is(await status(container?.livenessProbe?.httpGet?.path), 200)
  const becomes = await eventually(
    () => status(container?.readinessProbe?.httpGet?.path),
    (code) => code !== 503,
  )
  t.is(becomes, 200)
})

const passwordOfNobody = '$2b$04$JUeqW.iHMTeq8HgKYq9BEuU8q3UtyzMo6KyMGM6Ha5a.ZgmkJlZr2'

testWithChart('helm test reports whether it serves, also with TLS and for users alone', async (t) => {
  const files = await mkdtemp(join(tmpdir(), 'alauda-exporter-helm-test-'))
  t.teardown(() => rm(files, { recursive: true }))
  const { cert, key } = await (await createAuthority('authority')).issue('exporter')
  const web = { tls_server_config: { cert, key }, basic_auth_users: { nobody: passwordOfNobody } }
  await writeFile(join(files, 'web.yml'), JSON.stringify(web))
  for (const [scheme, ...flags] of [['HTTP'], ['HTTPS', `--web.config.file=${join(files, 'web.yml')}`]]) {
    const { exporter, url } = await startExporter(t, ['--demo', '--web.listen-address=127.0.0.1:0', ...flags])
    const { host } = new URL(url)
    const probe = { livenessProbe: { httpGet: { scheme } } }
    const [container] = chartObjects({ ...account, secrets, ...probe }).one('Pod').spec?.containers ?? []
    const [command, ...args] = (container?.command ?? []).map((text) => text.replace('alauda-exporter:10104', host))
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]))
    t.is(command, 'node')
    const helmTest = () => spawnSync(process.execPath, args, { env }).status
    t.is(helmTest(), 0, scheme)
    await exporter.stop()
    t.is(helmTest(), 1, scheme)
  }
})
