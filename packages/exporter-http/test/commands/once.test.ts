import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'
import { parseText } from '../../../collector/test/helpers/parse-text.js'
import { signalsOf } from '../../src/commands/serve.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { memory, onePage, secrets, service, startCloud, webIn } from '../helpers/cloud.js'
import { program, runCommand } from '../helpers/command.js'
import { settingsFileOnDisk } from '../helpers/disk.js'
import { collectionOf, metricOf, subjectsOf } from '../helpers/page.js'

const shop = {
  ...service('shop', 'b1'),
  image_name: 'index.alauda.cn/demo/shop',
}

test('a wrong password: one line that says so, no page, exit status 1', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'generate-api-token/': ({ body }) => ({ status: 401, body: `no such user: ${body}` }),
  })
  t.deepEqual(await runCommand(t, ['once', '--log.level=debug'], environment), {
    status: 1,
    stdout: '',
    stderr: `exporter-http: demo: POST ${endpoint}generate-api-token/: the API refuses this user name and password; check both (HTTP status 401)\n`,
  })
})

test('a proxy’s error page instead of the API: its first line, exit status 1', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/': { status: 502, body: '<html>\n<h1>Bad Gateway</h1></html>' },
  })
  t.deepEqual(await runCommand(t, ['once'], environment), {
    status: 1,
    stdout: '',
    stderr: `exporter-http: demo: GET ${endpoint}services/demo/?page_size=100&page=1: HTTP status 502 (text/plain); the API or a proxy before it is in trouble\n`,
  })
})

test('a failure below the list is reported, a line each, and the rest is on the page', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(service('a', 'a0', 'a1'), { service_name: 'b' }),
    'services/demo/a/instances/a0/metrics': memory(1),
    'services/demo/a/instances/a1/metrics': { status: 500 },
    'services/demo/b/instances/': { status: 500 },
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', '--alauda.max-concurrency=1'], environment)
  t.is(status, 0)
  const [first = '', second = '', ...more] = stderr.split('\n')
  t.true(
    first.startsWith(`exporter-http: demo: GET ${endpoint}services/demo/a/instances/a1/metrics?start_time=`),
    first,
  )
  t.true(first.endsWith(': HTTP status 500; the API or a proxy before it is in trouble'), first)
  const advice = 'HTTP status 500; the API or a proxy before it is in trouble'
  t.is(second, `exporter-http: demo: GET ${endpoint}services/demo/b/instances/: ${advice}`)
  t.deepEqual(more, [''])
  t.deepEqual(subjectsOf(stdout), [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="a",instance_name="a.0"} 1',
    'alauda_instance_last_sample_timestamp_seconds{namespace="demo",service="a",instance_name="a.0"} 60',
    'alauda_instance_info{namespace="demo",service="a",instance_name="a.0",uuid="a0"} 1',
    'alauda_instance_info{namespace="demo",service="a",instance_name="a.1",uuid="a1"} 1',
    'alauda_service_info{namespace="demo",service="a"} 1',
    'alauda_service_info{namespace="demo",service="b"} 1',
  ])
  t.deepEqual(collectionOf(stdout), [
    'alauda_up{namespace="demo"} 1',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 2',
    'alauda_collection_failures_total{namespace="demo",reason="auth"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="timeout"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="network"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="throttled"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="server"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="decode"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="limit"} 0',
    'alauda_collection_unreadable_values{namespace="demo"} 0',
    'alauda_collection_future_points{namespace="demo"} 0',
    'alauda_collection_left_out{namespace="demo",bound="instances"} 0',
    'alauda_collection_left_out{namespace="demo",bound="name-length"} 0',
    'alauda_collection_duplicates{namespace="demo"} 0',
  ])
})

test('of two namespaces, one that cannot be read leaves the other whole', async (t) => {
  const { environment, endpoint } = await startCloud(t, { 'services/b/?page_size=100&page=1': onePage(service('web')) })
  const args = ['once', '--alauda.namespace=a', '--alauda.namespace=b']
  const { status, stdout, stderr } = await runCommand(t, args, environment)
  t.is(status, 0)
  const advice = 'HTTP status 404; it does not exist, or the endpoint is not the API (it ends in /v1/)'
  t.is(stderr, `exporter-http: a: GET ${endpoint}services/a/?page_size=100&page=1: ${advice}\n`)
  t.deepEqual(subjectsOf(stdout), ['alauda_service_info{namespace="b",service="web"} 1'])
  t.deepEqual(
    collectionOf(stdout).filter((line) => line.startsWith('alauda_up')),
    ['alauda_up{namespace="a"} 0', 'alauda_up{namespace="b"} 1'],
  )
})

test('nothing secret is written, whatever the cloud says and however much is logged', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(
      { ...shop, instance_envvars: { DB_PASSWORD: 'hunter3' } },
      { service_name: 'b' },
    ),
    'services/demo/shop/instances/b1/metrics': { status: 400, body: { detail: `bad: Token ${secrets.token}` } },
    'services/demo/b/instances/': { body: [{ uuid: secrets.password, instance_name: 7 }] },
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', '--log.level=debug'], environment)
  t.is(status, 0)
  t.regex(stderr, /HTTP status 400, "bad: Token \*\*\*"/)
  t.regex(stdout, /^alauda_collection_unreadable_values\{namespace="demo"\} 1$/m)
  for (const secret of [secrets.token, secrets.password, 'hunter3']) t.false(`${stdout}${stderr}`.includes(secret))
})

test('nothing of the answer to a login is quoted', async (t) => {
  const { environment } = await startCloud(t, {
    'generate-api-token/': ({ body }) => ({ status: 500, body: `cannot read ${body}` }),
  })
  const { stderr } = await runCommand(t, ['once'], { ...environment, ALAUDA_PASSWORD: 'hunter2 (x)!~*' })
  t.regex(stderr, /generate-api-token\/: HTTP status 500; the API or a proxy before it is in trouble\n$/)
})

const [north, south] = [labelsOf('north'), labelsOf('south')]
const refusal = 'the API refuses this user name and password; check both (HTTP status 401)'

test('all accounts are on the one page', async (t) => {
  const clouds = [await startCloud(t, webIn(1, 'demo')), await startCloud(t, webIn(2, 'demo'))] as const
  const file = await settingsFileOnDisk(t, {
    accounts: [accountIn('north', clouds[0]), accountIn('south', clouds[1])],
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', `--config.file=${file}`])
  t.deepEqual([status, stderr], [0, ''])
  parseText(stdout)
  t.deepEqual(metricOf(stdout, 'alauda_instance_memory_usage_bytes', 'alauda_up', 'alauda_logins_total'), [
    `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${north}} 1`,
    `alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0",${south}} 2`,
    `alauda_up{namespace="demo",${north}} 1`,
    `alauda_up{namespace="demo",${south}} 1`,
    `alauda_logins_total{${north}} 1`,
    `alauda_logins_total{${south}} 1`,
  ])
})

test('an account that cannot be read is named, counted and does not keep the other from the page', async (t) => {
  const refusing = await startCloud(t, { 'generate-api-token/': { status: 401 } })
  const file = await settingsFileOnDisk(t, {
    accounts: [accountIn('north', refusing), accountIn('south', await startCloud(t, webIn(2, 'demo')))],
  })
  const { status, stdout, stderr } = await runCommand(t, ['once', `--config.file=${file}`])
  t.is(status, 0)
  t.is(stderr, `exporter-http: north/demo: POST ${refusing.endpoint}generate-api-token/: ${refusal}\n`)
  t.deepEqual(metricOf(stdout, 'alauda_up', 'alauda_login_failures_total'), [
    `alauda_up{namespace="demo",${north}} 0`,
    `alauda_up{namespace="demo",${south}} 1`,
    `alauda_login_failures_total{${north}} 1`,
    `alauda_login_failures_total{${south}} 0`,
  ])
})

test('when no account can be read there is no page, and the exit status is 1', async (t) => {
  const refusing = await startCloud(t, { 'generate-api-token/': { status: 401 } })
  const file = await settingsFileOnDisk(t, {
    accounts: [accountIn('north', refusing), accountIn('south', refusing)],
  })
  const reason = `POST ${refusing.endpoint}generate-api-token/: ${refusal}`
  t.deepEqual(await runCommand(t, ['once', `--config.file=${file}`]), {
    status: 1,
    stdout: '',
    stderr: `exporter-http: north/demo: ${reason}\nexporter-http: south/demo: ${reason}\n`,
  })
})

test('with --collect.interval=0 it collects all the same', async (t) => {
  const { environment } = await startCloud(t, webIn(1, 'demo'))
  const { status, stdout, stderr } = await runCommand(t, ['once', '--collect.interval=0'], environment)
  t.deepEqual([status, stderr], [0, ''])
  t.is(metricOf(stdout, 'alauda_instance_memory_usage_bytes').length, 1)
  t.notRegex(stdout, /alauda_collection_interval_ratio/)
})

test('`once` ends when the collection’s time is over, also while the login hangs', async (t) => {
  const { environment } = await startCloud(t, { 'generate-api-token/': () => new Promise(() => {}) })
  // Nothing else would end it.
  const { status } = await runCommand(t, ['once', '--collect.timeout=100ms', '--alauda.timeout=1h'], environment)
  t.is(status, 1)
})

test('a reader that wants no more of the page ends it without a stack trace', async (t) => {
  // On a busy machine the demo's usual five seconds do not suffice for a collection.
  const atLeisure = ['--demo', '--collect.interval=5m', '--alauda.timeout=5m']
  const child = spawn(process.execPath, [program, 'once', ...atLeisure], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [stderr] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'close')])
  t.is(stderr.join(''), '')
})

test('SIGHUP is a reload, but on Windows, where it is the end of the console, a stop', (t) => {
  for (const platform of ['linux', 'darwin', 'freebsd'] as const) {
    t.deepEqual(signalsOf(platform), { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] })
  }
  t.deepEqual(signalsOf('win32'), { stop: ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'], reload: [] })
})
