import { startSimulator } from '@alauda-exporter/alauda-simulator'
import { startServing } from '../../packages/exporter-http/test/helpers/command.js'
import { seriesNow } from '../../testing/ask-prometheus.js'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { type Config, type PrometheusImage, prometheusImage, testWithImage } from '../helpers/prometheus-image.js'

const targetsIn = (config: Config): ReadonlyArray<string> =>
  config.scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))

const alertmanagersIn = ({ alerting }: Config): ReadonlyArray<string> =>
  (alerting?.alertmanagers ?? []).flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))

/** Writes and checks the configuration, without a Prometheus that stays. */
const configured = async ({ run, config }: PrometheusImage, environment: NodeJS.ProcessEnv): Promise<Config> => {
  const { status, output } = run(environment, '--version')
  if (status !== 0) throw new Error(output)
  return config()
}

const links: ReadonlyArray<readonly [string, NodeJS.ProcessEnv, ReadonlyArray<string>]> = [
  [
    'address and port of the exporter’s port',
    { SERVICEEXPORTER_PORT_10104_TCP_ADDR: 'exporter.example.com', SERVICEEXPORTER_PORT_10104_TCP_PORT: '31004' },
    ['exporter.example.com:31004'],
  ],
  [
    'all that a link has, where the exporter’s port is not the first',
    {
      SERVICEEXPORTER_PORT: 'tcp://10.0.0.1:80',
      SERVICEEXPORTER_PORT_80_TCP: 'tcp://10.0.0.1:80',
      SERVICEEXPORTER_PORT_80_TCP_ADDR: '10.0.0.1',
      SERVICEEXPORTER_PORT_80_TCP_PORT: '80',
      SERVICEEXPORTER_PORT_80_TCP_PROTO: 'tcp',
      SERVICEEXPORTER_PORT_10104_TCP: 'tcp://10.0.0.1:10104',
      SERVICEEXPORTER_PORT_10104_TCP_ADDR: '10.0.0.1',
      SERVICEEXPORTER_PORT_10104_TCP_PORT: '10104',
      SERVICEEXPORTER_PORT_10104_TCP_PROTO: 'tcp',
      SERVICEEXPORTER_NAME: '/prometheus/serviceexporter',
    },
    ['10.0.0.1:10104'],
  ],
  ['the URL of a port', { SERVICEEXPORTER_PORT_10104_TCP: 'tcp://exporter:10104' }, ['exporter:10104']],
  [
    'the first port, when none is the exporter’s usual one',
    {
      SERVICEEXPORTER_PORT: 'tcp://exporter:9000',
      SERVICEEXPORTER_PORT_80_TCP: 'tcp://exporter:80',
      SERVICEEXPORTER_PORT_9000_TCP: 'tcp://exporter:9000',
    },
    ['exporter:9000'],
  ],
  [
    'the lowest port, when the link names no first one for TCP',
    {
      SERVICEEXPORTER_PORT: 'udp://exporter:53',
      SERVICEEXPORTER_PORT_9000_TCP: 'tcp://exporter:9000',
      SERVICEEXPORTER_PORT_80_TCP_ADDR: 'exporter',
      SERVICEEXPORTER_PORT_80_TCP_PORT: '8080',
    },
    ['exporter:8080'],
  ],
  ['an address of IPv6', { SERVICEEXPORTER_PORT: 'tcp://[fd00::1]:10104' }, ['[fd00::1]:10104']],
  [
    'an address of IPv6 without brackets',
    { SERVICEEXPORTER_PORT_10104_TCP_ADDR: 'fd00::1', SERVICEEXPORTER_PORT_10104_TCP_PORT: '10104' },
    ['[fd00::1]:10104'],
  ],
  [
    'an alias with a `-`, which the cloud keeps',
    { EXPORTER_ALIAS: 'my-exporter', 'MY-EXPORTER_PORT': 'tcp://right:1', MY_EXPORTER_PORT: 'tcp://wrong:1' },
    ['right:1'],
  ],
  [
    'an alias with a `-`, which Docker and Kubernetes write as `_`',
    {
      EXPORTER_ALIAS: 'My-Exporter',
      MY_EXPORTER_PORT_10104_TCP_ADDR: 'exporter',
      MY_EXPORTER_PORT_10104_TCP_PORT: '1',
    },
    ['exporter:1'],
  ],
  [
    'several links, one of them to what another leads to as well',
    {
      EXPORTER_ALIAS: 'north,south, same',
      NORTH_PORT: 'tcp://north:10104',
      SOUTH_PORT_10104_TCP_ADDR: 'south',
      SOUTH_PORT_10104_TCP_PORT: '10105',
      SAME_PORT: 'tcp://north:10104',
    },
    ['north:10104', 'south:10105'],
  ],
  [
    'addresses, which win over links',
    { EXPORTER_ADDRESS: 'one:10104, [::1]:10105,10.0.0.3:65535', SERVICEEXPORTER_PORT: 'tcp://link:10104' },
    ['one:10104', '[::1]:10105', '10.0.0.3:65535'],
  ],
]

for (const [what, environment, expected] of links) {
  testWithImage(`the exporter is found by ${what}`, async (t) => {
    t.deepEqual(targetsIn(await configured(await prometheusImage(t), environment)), expected)
  })
}

testWithImage('Alertmanager is found in the same ways, and may be missing', async (t) => {
  const image = await prometheusImage(t)
  const EXPORTER_ADDRESS = 'exporter:10104'
  const found = async (environment: NodeJS.ProcessEnv) =>
    alertmanagersIn(await configured(image, { EXPORTER_ADDRESS, ...environment }))
  t.deepEqual(await found({}), [])
  t.deepEqual(await found({ ALERTMANAGER_PORT: 'tcp://am:80', ALERTMANAGER_PORT_9093_TCP: 'tcp://am:9093' }), [
    'am:9093',
  ])
  t.deepEqual(await found({ ALERTMANAGER_ADDRESS: 'a:9093,b:9093' }), ['a:9093', 'b:9093'])
  t.deepEqual(await found({ ALERTMANAGER_ALIAS: 'pager', PAGER_PORT: 'tcp://pager:1' }), ['pager:1'])
  const { status, output } = image.run({ EXPORTER_ADDRESS, ALERTMANAGER_ALIAS: 'pager' })
  t.is(status, 1)
  t.regex(output, /PAGER/)
})

const newline = 'exporter:10104\n      - targets: ["evil:1"]'

const hostile: ReadonlyArray<readonly [string, NodeJS.ProcessEnv]> = [
  ['a newline in an address', { EXPORTER_ADDRESS: newline }],
  ['a newline in a URL', { SERVICEEXPORTER_PORT: `tcp://${newline}` }],
  [
    'a newline in a host',
    { SERVICEEXPORTER_PORT_10104_TCP_ADDR: newline, SERVICEEXPORTER_PORT_10104_TCP_PORT: '10104' },
  ],
  [
    'a newline in a port',
    { SERVICEEXPORTER_PORT_10104_TCP_ADDR: 'exporter', SERVICEEXPORTER_PORT_10104_TCP_PORT: `1\n2` },
  ],
  ['a variable in the value of another', { X: 'y\nSERVICEEXPORTER_PORT=tcp://evil:1' }],
  ['a variable whose name only begins like one', { SERVICEEXPORTER_PORTS: 'tcp://evil:1', xSERVICEEXPORTER_PORT: 'y' }],
  ['a quotation mark', { EXPORTER_ADDRESS: 'evil"]:1' }],
  ['a command', { EXPORTER_ADDRESS: '$(touch evil)`touch evil`:1' }],
  ['a pattern', { EXPORTER_ADDRESS: '*:1' }],
  ['a backslash', { SERVICEEXPORTER_PORT: 'tcp://a\\nevil:1' }],
  ['a user and a password', { SERVICEEXPORTER_PORT: 'tcp://user:evil@exporter:1' }],
  ['another scheme', { EXPORTER_ADDRESS: 'https://evil:1' }],
  ['no port', { EXPORTER_ADDRESS: 'evil' }],
  ['no port after an address of IPv6', { EXPORTER_ADDRESS: '2001:db8::1' }],
  ['no host', { EXPORTER_ADDRESS: ':1' }],
  ['a port that is too high', { EXPORTER_ADDRESS: 'evil:65536' }],
  ['a port of many digits', { EXPORTER_ADDRESS: 'evil:99999999999999999999' }],
  ['a port with a sign', { EXPORTER_ADDRESS: 'evil:-1' }],
  ['no port beside the address', { SERVICEEXPORTER_PORT_10104_TCP_ADDR: 'evil' }],
  ['an alias with a newline', { EXPORTER_ALIAS: 'a\nevil' }],
  ['an alias that is a pattern', { EXPORTER_ALIAS: '.*', SERVICEEXPORTER_PORT: 'tcp://evil:1' }],
  [
    'an interval with a newline',
    { EXPORTER_ADDRESS: 'exporter:1', SCRAPE_INTERVAL: '1s\n  external_labels: { evil: x }' },
  ],
  ['an interval that is none', { EXPORTER_ADDRESS: 'exporter:1', SCRAPE_INTERVAL: '5ss' }],
]

for (const [what, environment] of hostile) {
  testWithImage(`nothing is started with ${what}`, async (t) => {
    const image = await prometheusImage(t)
    const { status, output } = image.run(environment, '--version')
    t.is(status, 1, output)
    t.regex(output, /^entrypoint: .{20}/m, 'it says why')
    t.notRegex(output, /evil|prometheus, version/i)
  })
}

testWithImage('a wrong interval is named', async (t) => {
  const { run } = await prometheusImage(t)
  for (const SCRAPE_INTERVAL of ['every minute', '1m\n'])
    t.regex(run({ EXPORTER_ADDRESS: 'exporter:10104', SCRAPE_INTERVAL }).output, /^entrypoint: SCRAPE_INTERVAL must be/)
})

testWithImage('an alias that is missing between commas is named', async (t) => {
  const { run } = await prometheusImage(t)
  const environment = { EXPORTER_ALIAS: 'north,,south', NORTH_PORT: 'tcp://north:1', SOUTH_PORT: 'tcp://south:1' }
  t.regex(run(environment).output, /^entrypoint: EXPORTER_ALIAS must be/)
})

testWithImage('without a link it says which variables it looked for', async (t) => {
  const { run } = await prometheusImage(t)
  const environment = { EXPORTER_ALIAS: 'north,my-south', NORTH_PORT: 'tcp://north:1', SECRET: 'not-to-be-shown' }
  const { status, output } = run(environment)
  t.is(status, 1)
  for (const variable of ['EXPORTER_ADDRESS', 'MY-SOUTH_PORT_<port>_TCP_ADDR', 'MY-SOUTH_PORT'])
    t.true(output.includes(`  ${variable}`), output)
  t.notRegex(output, /NORTH|not-to-be-shown/)
  t.regex(run({}).output, / SERVICEEXPORTER_PORT_<port>_TCP_ADDR/)
})

testWithImage('the real Prometheus that it starts scrapes the exporter that is linked', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const account = { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  const exporter = await startServing(t, account, '--collect.interval=0s', '--metrics.article-names')
  const { hostname, port } = new URL(exporter.url)
  const image = await prometheusImage(t)
  const address = `127.0.0.1:${await freePort()}`
  const started = image.start(
    { SERVICEEXPORTER_PORT_10104_TCP_ADDR: hostname, SERVICEEXPORTER_PORT_10104_TCP_PORT: port, SCRAPE_INTERVAL: '1s' },
    `--web.listen-address=${address}`,
  )
  await started.match(/(Server is ready to receive web requests)/)
  const url = `http://${address}/`
  const series = await eventually(
    () => seriesNow(url, 'alauda_service_info'),
    ({ length }) => length > 0,
  )
  t.true(series.every(({ job, instance }) => job === 'alauda' && instance === `${hostname}:${port}`))
  const article = await eventually(
    () => seriesNow(url, 'memory_usage{service="kibana"}'),
    ({ length }) => length === 3,
  )
  t.deepEqual(article.map(({ instance }) => instance).sort(), ['kibana.0', 'kibana.1', 'kibana.2'])
  const rules = await (await fetch(`${url}api/v1/rules`)).text()
  t.regex(rules, /"type":"alerting"/, 'the rules of deploy/prometheus/rules are in it')
  await started.stop()
  t.regex(started.output(), /exiting gracefully/, 'signals reach Prometheus')
})
