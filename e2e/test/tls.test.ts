import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { createAuthority } from '../../packages/exporter-http/test/helpers/certificates.js'
import { askWithTls } from '../../packages/exporter-http/test/helpers/tls-client.js'
import { eventually } from '../../testing/eventually.js'
import { everySecond, startWatching } from '../helpers/exporter.js'
import { type Prometheus, type Series, startPrometheus, testWithPrometheus } from '../helpers/prometheus.js'
import { startRecordingProxy } from '../helpers/recording-proxy.js'

const user = 'prometheus'
const password = 'spoken-on-the-wire-only'
// Of that password, with the least cost that there is.
const hash = '$2b$04$JUeqW.iHMTeq8HgKYq9BEuU8q3UtyzMo6KyMGM6Ha5a.ZmgkJlZr2'

interface Protected {
  readonly cloud: Simulator
  readonly url: string
  readonly host: string
  /** The authority's certificate, as a file. */
  readonly caFile: string
  readonly ca: string
  /** All that the exporter has written. */
  readonly output: () => string
  /** Puts another certificate in the place of the first one. */
  readonly renew: (name: string) => Promise<void>
}

/** The exporter's own process, which serves over TLS and to one user only, and collects each second. */
const startProtected = async (t: ExecutionContext): Promise<Protected> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-tls-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const authority = await createAuthority('authority')
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  const renew = async (name: string) => {
    const { cert, key } = await authority.issue(name)
    await Promise.all([write('tls.crt', cert), write('tls.key', key)])
  }
  const files = { cert_file: 'tls.crt', key_file: 'tls.key' }
  await renew('first')
  await write('ca.crt', authority.cert)
  await write('web.yml', JSON.stringify({ tls_server_config: files, basic_auth_users: { [user]: hash } }))
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const flags = [`--web.config.file=${join(folder, 'web.yml')}`, '--log.level=debug', ...everySecond]
  const { exporter, url } = await startWatching(t, cloud, '127.0.0.1:0', flags)
  const caFile = join(folder, 'ca.crt')
  return { cloud, url, host: new URL(url).host, caFile, ca: authority.cert, output: exporter.output, renew }
}

const clientOf = ({ caFile }: Protected, given = password) => ({
  scheme: 'https',
  tls_config: { ca_file: caFile },
  basic_auth: { username: user, password: given },
})

/** Settings for Prometheus: all JSON is YAML. */
const settingsOf = (...jobs: ReadonlyArray<object>): string =>
  JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs })

const firstOf = async ({ query }: Prometheus, expression: string): Promise<number | undefined> =>
  (await query(expression))[0]?.value

const servicesOf = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.service).sort()

const namesIn = ({ cloud }: Protected) =>
  cloud.world
    .stateAt(Date.now() / 1000)
    .services.map(({ service_name }) => service_name)
    .sort()

testWithPrometheus('scrapes over TLS with a name and a password, and is refused with another one', async (t) => {
  const server = await startProtected(t)
  const target = { static_configs: [{ targets: [server.host] }] }
  const prometheus = await startPrometheus(
    t,
    server.host,
    settingsOf(
      { job_name: 'right', ...clientOf(server), ...target },
      { job_name: 'wrong', ...clientOf(server, 'guessed'), ...target },
      { job_name: 'none', ...clientOf(server), basic_auth: undefined, ...target },
      { job_name: 'stranger', ...clientOf(server), tls_config: {}, ...target },
      { job_name: 'plain', ...clientOf(server), scheme: 'http', tls_config: undefined, ...target },
    ),
  )
  const infos = await eventually(
    () => prometheus.query('alauda_service_info'),
    (series) => series.length === namesIn(server).length,
  )
  t.deepEqual(servicesOf(infos), namesIn(server))
  const up = await eventually(
    () => prometheus.query('up'),
    ({ length }) => length === 5,
  )
  t.deepEqual(Object.fromEntries(up.map(({ labels, value }) => [labels.job, value])), {
    right: 1,
    wrong: 0,
    none: 0,
    stranger: 0,
    plain: 0,
  })
  const refused = 'alauda_exporter_http_requests_total{handler="/metrics",code="401"}'
  await eventually(
    () => firstOf(prometheus, refused),
    (count = 0) => count >= 2,
  )
  t.false([password, 'guessed', hash].some((secret) => server.output().includes(secret)))
})

testWithPrometheus('discovers and probes over TLS, and takes a renewed certificate without a restart', async (t) => {
  const server = await startProtected(t)
  const { url, host, ca } = server
  const prometheus = await startPrometheus(
    t,
    host,
    settingsOf({
      job_name: 'services',
      ...clientOf(server),
      http_sd_configs: [{ url: `${url}sd`, refresh_interval: '1s', ...clientOf(server), scheme: undefined }],
      relabel_configs: [{ source_labels: ['__param_service'], target_label: 'instance' }],
    }),
  )
  const scrapedWhole = () =>
    eventually(
      () => prometheus.query('alauda_up{job="services"}'),
      (series) => series.length === namesIn(server).length && series.every(({ value }) => value === 1),
    )
  await scrapedWhole()
  t.deepEqual(servicesOf(await prometheus.query('alauda_service_info')), namesIn(server), 'each by its own probe')

  const certificate = async () => (await askWithTls(`${url}-/healthy`, { ca, auth: `${user}:${password}` })).server
  t.is(await certificate(), 'first')
  await server.renew('second')
  await eventually(certificate, (name) => name === 'second')
  const renewed = Date.now() / 1000
  server.cloud.world.change({
    at: renewed,
    action: 'create',
    service: { service_name: 'orders', image_name: 'demo/orders', target_num_instances: 1 },
  })
  await scrapedWhole()
  t.true(namesIn(server).includes('orders'), 'a new target: a new connection')
  t.is(server.output().match(/msg=serving/g)?.length, 1, 'it has started once')
})

testWithPrometheus(
  'what Prometheus asks for by itself is OpenMetrics, and both formats are the same series',
  async (t) => {
    const server = await startProtected(t)
    const negotiated = await startRecordingProxy(t, { ...server, auth: `${user}:${password}` })
    const job = (job_name: string, metrics_path: string) => ({
      job_name,
      metrics_path,
      static_configs: [{ targets: [negotiated.host] }],
    })
    const prometheus = await startPrometheus(
      t,
      server.host,
      settingsOf(job('open', '/metrics'), job('text', '/text/metrics')),
    )
    const infos = await eventually(
      () => prometheus.query('alauda_service_info'),
      (series) => series.length === 2 * namesIn(server).length,
    )
    for (const name of ['open', 'text']) {
      t.deepEqual(servicesOf(infos.filter(({ labels }) => labels.job === name)), namesIn(server), name)
      t.is(await firstOf(prometheus, `up{job="${name}"}`), 1)
    }
    t.deepEqual(negotiated.types('/metrics'), ['application/openmetrics-text; version=1.0.0; charset=utf-8'])
    t.deepEqual(negotiated.types('/text/metrics'), ['text/plain; version=0.0.4; charset=utf-8'])
    const names = async (format: string) =>
      new Set((await prometheus.query(`{job="${format}",__name__=~"alauda_.+"}`)).map(({ labels }) => labels.__name__))
    // What counts the scrapes is there from the second one on.
    const [open, text] = await eventually(
      () => Promise.all([names('open'), names('text')]),
      ([a, b]) => isDeepStrictEqual(a, b),
    )
    t.deepEqual(open, text)
    t.true(open.size > 40)
  },
)
