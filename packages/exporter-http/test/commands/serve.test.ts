import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import test from 'ava'
import { version } from '../../src/own-metrics.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { event, memory, onePage, secrets, service, startCloud, webIn } from '../helpers/cloud.js'
import { runCommand, startServing } from '../helpers/command.js'
import { settingsFileOnDisk } from '../helpers/disk.js'
import { collectionOf, metricOf, numberOf } from '../helpers/page.js'

const cloudWithWeb = {
  'services/demo/?page_size=100&page=1': onePage({
    ...service('web', 'u'),
    instance_envvars: { DB_PASSWORD: 'hunter3' },
  }),
  'services/demo/web/instances/u/metrics': memory(1),
}

test('says where it can be opened, and logs what it does, a line each', async (t) => {
  const { environment } = await startCloud(t, cloudWithWeb)
  const command = await startServing(t, environment)
  await command.until(/service list was read/)
  t.is(command.stdout(), `Open ${command.url} or scrape ${command.url}metrics\nCtrl-C ends it.\n`)
  t.deepEqual(
    command
      .stderr()
      .replace(/^ts=\S+ /gm, '')
      .replace(/[\d.]+$/m, 'SECONDS')
      .split('\n'),
    [
      `level=info msg=serving version=${version} urls=${command.url} namespaces=demo`,
      'level=info msg="the service list was read" namespace=demo services=1 instances=1 durationSeconds=SECONDS',
      '',
    ],
  )
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it, with exit status 0`, async (t) => {
    const { environment } = await startCloud(t, cloudWithWeb)
    const command = await startServing(t, environment)
    t.is(collectionOf(await command.page())[0], 'alauda_up{namespace="demo"} 1')
    command.kill(signal)
    const { status, stderr } = await command.exit
    t.is(status, 0)
    t.regex(stderr, new RegExp(`level=info msg=stopping signal=${signal}\n$`))
    await t.throwsAsync(fetch(command.url), { message: 'fetch failed' })
  })
}

test('a port in use: one line that says so, exit status 1', async (t) => {
  const { environment } = await startCloud(t, cloudWithWeb)
  const { host } = new URL(environment.ALAUDA_ENDPOINT ?? '')
  const { status, stdout, stderr } = await runCommand(t, [`--web.listen-address=${host}`], environment)
  t.is(status, 1)
  t.is(stdout, '')
  t.is(
    stderr.replace(/^ts=\S+ /, ''),
    `level=error msg="cannot listen" error="listen EADDRINUSE: address already in use ${host}"\n`,
  )
})

test('an address in use among several: the same line, and none of them is served', async (t) => {
  const { environment } = await startCloud(t, cloudWithWeb)
  const { host } = new URL(environment.ALAUDA_ENDPOINT ?? '')
  const flags = ['127.0.0.1:0', host, '127.0.0.1:0'].map((address) => `--web.listen-address=${address}`)
  const { status, stdout, stderr } = await runCommand(t, flags, environment)
  t.deepEqual([status, stdout], [1, ''])
  t.is(
    stderr.replace(/^ts=\S+ /, ''),
    `level=error msg="cannot listen" error="listen EADDRINUSE: address already in use ${host}"\n`,
  )
})

test('a wrong password: serves alauda_up 0, logs why once, and tries until it works', async (t) => {
  let logins = 0
  let isRight = false
  const third = event()
  const { environment, endpoint } = await startCloud(t, {
    ...cloudWithWeb,
    'generate-api-token/': ({ body }) => {
      logins += 1
      if (logins === 3) third.happen()
      return isRight ? { body: { token: secrets.token } } : { status: 401, body: `no: ${body}` }
    },
  })
  const command = await startServing(t, environment, '--collect.interval=50ms', '--collect.timeout=1m')
  const response = await command.get('/metrics')
  t.is(response.status, 200)
  t.is(collectionOf(await response.text())[0], 'alauda_up{namespace="demo"} 0')
  t.is((await command.get('/-/ready')).status, 503)
  await third.wait
  await command.until(/could not be read/)
  const reason = 'the API refuses this user name and password; check both (HTTP status 401)'
  t.deepEqual(
    command
      .stderr()
      .split('\n')
      .filter((line) => line.includes('level=warn'))
      .map((line) => line.replace(/^ts=\S+ /, '')),
    [
      `level=warn msg="the service list could not be read" namespace=demo error="POST ${endpoint}generate-api-token/: ${reason}"`,
    ],
  )
  isRight = true
  await command.until(/msg="the service list was read"/)
  t.deepEqual(collectionOf(await command.page()).slice(0, 2), [
    'alauda_up{namespace="demo"} 1',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
  ])
  t.is((await command.get('/-/ready')).status, 200)
})

test('nothing secret is served or logged, however much is logged', async (t) => {
  const { environment } = await startCloud(t, {
    ...cloudWithWeb,
    'services/demo/web/instances/u/metrics': { status: 400, body: { detail: `bad header: Token ${secrets.token}` } },
  })
  const command = await startServing(t, environment, '--log.level=debug', '--log.format=json')
  const paths = ['/metrics', '/', '/-/healthy', '/-/ready', '/nothing']
  const pages = await Promise.all(paths.map((path) => command.page(path)))
  await command.until(/metrics of some instances could not be read/)
  t.regex(command.stderr(), /HTTP status 400, \\"bad header: Token \*\*\*\\"/)
  const written = [command.stdout(), command.stderr(), ...pages].join('\n')
  for (const secret of [secrets.token, secrets.password, 'hunter']) t.false(written.includes(secret))
})

test('a connection on which nothing has been asked does not keep it from ending', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page_size=100&page=1': onePage() })
  const command = await startServing(t, environment)
  const socket = connect(Number(new URL(command.url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  await command.page()
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
})

test('SIGTERM ends it while a login hangs', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    'generate-api-token/': () => {
      asked.happen()
      return new Promise(() => {})
    },
  })
  // Nothing else would end it.
  const command = await startServing(t, environment, '--collect.interval=1h', '--alauda.timeout=1h')
  await asked.wait
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
})

const hourly = '--collect.interval=1h'

test('the page has the metrics of the API calls', async (t) => {
  const { environment } = await startCloud(t, webIn(1, 'demo'))
  const command = await startServing(t, environment, hourly)
  const page = await command.page()
  t.deepEqual(metricOf(page, 'alauda_api_requests_total', 'alauda_api_retries_total', 'alauda_login'), [
    'alauda_api_requests_total{endpoint="getInstanceMetrics",code="200"} 1',
    'alauda_api_requests_total{endpoint="listServices",code="200"} 1',
    'alauda_api_requests_total{endpoint="login",code="200"} 1',
    'alauda_api_retries_total{endpoint="getInstanceMetrics"} 0',
    'alauda_api_retries_total{endpoint="listServices"} 0',
    'alauda_api_retries_total{endpoint="login"} 0',
    'alauda_logins_total 1',
    'alauda_login_failures_total 0',
  ])
  const durations = metricOf(page, 'alauda_api_request_duration_seconds').filter((line) =>
    /endpoint="login"/.test(line),
  )
  t.deepEqual(
    durations.map((line) =>
      line.replace(/^alauda_api_request_duration_seconds|\{.*(?=le=)|\{endpoint.*\}|\}? [\d.]+$/g, ''),
    ),
    [
      ...['0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '30', '+Inf'].map((le) => `_bucketle="${le}"`),
      '_sum',
      '_count',
    ],
  )
  t.is(numberOf(page, 'alauda_api_request_duration_seconds_bucket{endpoint="login",le="+Inf"}'), 1)
  t.is(numberOf(page, 'alauda_api_request_duration_seconds_count{endpoint="login"}'), 1)
  t.true(numberOf(page, 'alauda_api_request_duration_seconds_sum{endpoint="login"}') < 60)
})

test('a wrong password is a login that failed, and one that works later is a login', async (t) => {
  let isRight = false
  const tried = event()
  const { environment } = await startCloud(t, {
    ...webIn(1, 'demo'),
    'generate-api-token/': () => {
      tried.happen()
      return isRight ? { body: { token: secrets.token } } : { status: 401 }
    },
  })
  const command = await startServing(t, environment, '--collect.interval=50ms', '--collect.timeout=1m')
  await tried.wait
  const refused = await command.page()
  t.deepEqual(metricOf(refused, 'alauda_up', 'alauda_logins_total'), [
    'alauda_up{namespace="demo"} 0',
    'alauda_logins_total 0',
  ])
  const failures = numberOf(refused, 'alauda_login_failures_total')
  t.true(failures >= 1)
  t.is(numberOf(refused, 'alauda_api_requests_total{endpoint="login",code="401"}'), failures)
  isRight = true
  await command.until(/msg="the service list was read"/)
  const page = await command.page()
  t.is(numberOf(page, 'alauda_logins_total'), 1)
  t.true(numberOf(page, 'alauda_login_failures_total') >= failures)
  t.is(numberOf(page, 'alauda_api_requests_total{endpoint="login",code="200"}'), 1)
})

test('the help of each metric on the page is in the documentation too', async (t) => {
  const docs = await readFile(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')
  const documented = new Map(
    [...docs.matchAll(/^\| `(\w+)` \| (\w+) \| .*? \| (.*) \|$/gm)].map(([, name = '', type = '', help = '']) => [
      name,
      [type, help],
    ]),
  )
  const { environment } = await startCloud(t, webIn(1, 'demo'))
  const command = await startServing(t, environment, hourly)
  const page = await command.page()
  const told = [...page.matchAll(/^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$/gm)]
  t.true(told.length > 15)
  // These are the metrics library's own.
  for (const [, name = '', help, type] of told.filter(([, name = '']) => !/^(?:process|nodejs)_/.test(name))) {
    t.deepEqual(documented.get(name), [type ?? '', help ?? ''], name)
  }
})

test('several accounts are named when it says what it watches', async (t) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const file = await settingsFileOnDisk(t, { accounts: [accountIn('north', cloud), accountIn('south', cloud)] })
  const command = await startServing(t, {}, hourly, `--config.file=${file}`)
  await command.until(/msg=serving/)
  t.is(
    command
      .stderr()
      .split('\n')
      .find((line) => line.includes('msg=serving'))
      ?.replace(/^ts=\S+ /, ''),
    `level=info msg=serving version=${version} urls=${command.url} namespaces="north/demo south/demo"`,
  )
  t.deepEqual(metricOf(await command.page(), 'alauda_up'), [
    `alauda_up{namespace="demo",${labelsOf('north')}} 1`,
    `alauda_up{namespace="demo",${labelsOf('south')}} 1`,
  ])
})
