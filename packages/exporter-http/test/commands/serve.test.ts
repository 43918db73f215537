import test from 'ava'
import { version } from '../../src/version.js'
import { event, memory, onePage, secrets, service, startCloud } from '../helpers/cloud.js'
import { runCommand, startServing } from '../helpers/command.js'
import { collectionOf } from '../helpers/page.js'

const cloudWithWeb = {
  'services/demo/?page=1': onePage({ ...service('web', 'u'), instance_envvars: { DB_PASSWORD: 'hunter3' } }),
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
