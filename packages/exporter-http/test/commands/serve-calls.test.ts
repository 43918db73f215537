import { readFile } from 'node:fs/promises'
import test from 'ava'
import { version } from '../../src/version.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { event, secrets, startCloud, webIn } from '../helpers/cloud.js'
import { startServing } from '../helpers/command.js'
import { settingsFileOnDisk } from '../helpers/disk.js'
import { metricOf, numberOf } from '../helpers/page.js'

const hourly = '--collect.interval=1h'

test('the page tells of the calls of the API', async (t) => {
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

test('what is told of a metric on the page stands in the documentation too', async (t) => {
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
