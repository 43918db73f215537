import test from 'ava'
import { hangs, onePage, secrets, service, startCloud } from '../helpers/cloud.js'
import { runCommand } from '../helpers/command.js'
import { accountsFile, planned } from '../helpers/plan.js'

const fewer = '  fewer services, by --collect.include-services or --collect.exclude-services'

const answers = {
  'services/demo/?page_size=100&page=1': onePage(service('web', 'u', 'v', 'w'), service('api', 'x')),
}

test('reports namespaces, calls and time, and makes none of the calls for metrics', async (t) => {
  const { environment, endpoint, requests } = await startCloud(t, answers)
  t.deepEqual(planned(await runCommand(t, ['plan'], environment)), {
    status: 0,
    stdout: `${endpoint}

namespace  services  instances
demo              2          4

calls               per collection  per minute  per day
listServices                     1           1     1440
getInstanceMetrics               4           4     5760
total                            5           5     7200

A collection takes about N s: calls took N ms just now; 32 may be under way at a time.
That is N % of the interval of 60 s.

`,
    stderr: '',
  })
  t.deepEqual(
    requests.map(({ path }) => path),
    ['generate-api-token/', 'services/demo/?page_size=100&page=1'],
  )
})

test('counts pages of lists, and lists of instances that the list of services lacks', async (t) => {
  const page = (number: number, next: string | null, ...results: ReadonlyArray<unknown>) => ({
    [`services/a/?page_size=100&page=${number}`]: { body: { count: 3, previous: null, next, results } },
  })
  const { environment, endpoint } = await startCloud(t, {
    ...page(1, 'http://other.test/?page_size=100&page=2', service('web', 'u'), { service_name: 'api' }),
    ...page(2, null, { service_name: 'job' }),
    'services/a/api/instances/': { body: [{ uuid: 'x', instance_name: 'api.0' }] },
    'services/a/job/instances/': { body: [] },
    'services/b/?page_size=100&page=1': onePage(service('web', 'y', 'z')),
  })
  const args = ['plan', '--alauda.namespace=a', '--alauda.namespace=b', '--collect.interval=90s']
  t.deepEqual(planned(await runCommand(t, args, environment)), {
    status: 0,
    stdout: `${endpoint}

namespace  services  instances
a                 3          2
b                 1          2

calls               per collection  per minute  per day
listInstances                    2         1.3     1920
listServices                     3           2     2880
getInstanceMetrics               4         2.7     3840
total                            9           6     8640

A collection takes about N s: calls took N ms just now; 32 may be under way at a time.
That is N % of the interval of 90 s.

`,
    stderr: '',
  })
})

test('services that are not wanted cost nothing, nor do instances beyond the most', async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(
      service('web', 'u', 'v', 'w'),
      service('web-old', 'o'),
      { service_name: 'api-old' },
      service('api', 'x'),
      service('other', 'y'),
    ),
  })
  const filters = ['--collect.include-services=(web|api).*', '--collect.exclude-services=.*-old']
  const { stdout } = await runCommand(t, ['plan', ...filters, '--collect.max-instances=3'], environment)
  t.regex(stdout, /^demo +2 +3$/m)
  t.regex(stdout, /^getInstanceMetrics +3 /m)
  t.regex(stdout, /^total +4 /m)
})

test('a limit of calls in a second counts, and advice is given when it makes a collection too long', async (t) => {
  const { environment } = await startCloud(t, answers)
  const args = ['plan', '--alauda.max-requests-per-second=0.05', '--alauda.max-concurrency=3']
  const { stdout } = planned(await runCommand(t, args, environment), /(?<=took )[\d.]+/)
  t.is(
    stdout.slice(stdout.indexOf('A collection')),
    `A collection takes about 100 s: calls took N ms just now; 3 may be under way at a time, and 0.05 begin in a second.
That is 167 % of the interval of 60 s.
That is too long. One of these changes it:
  --collect.interval=2m
  --alauda.max-requests-per-second=1, if the cloud allows as much
${fewer}

`,
  )
})

test('with a collection at each scrape it reports no minutes and days', async (t) => {
  const { environment, endpoint } = await startCloud(t, answers)
  const limit = '--alauda.max-requests-per-second=0.25'
  const { stdout } = planned(
    await runCommand(t, ['plan', '--collect.interval=0', limit], environment),
    /(?<=took )[\d.]+/,
  )
  t.is(
    stdout,
    `${endpoint}

namespace  services  instances
demo              2          4

calls               per scrape  per minute  per day
listServices                 1           -        -
getInstanceMetrics           4           -        -
total                        5           -        -

A collection takes about 20 s: calls took N ms just now; 32 may be under way at a time, and 0.25 begin in a second.
There is one at each scrape; scrapes at the same time share it.
That is longer than Prometheus usually waits for a scrape. One of these changes it:
  --collect.interval=30s, which collects in the background
  --alauda.max-requests-per-second=1, if the cloud allows as much
${fewer}

`,
  )
})

test('reports each account by its name and with its own limits', async (t) => {
  const [north, south] = [await startCloud(t, answers), await startCloud(t, answers)]
  const file = await accountsFile(t, [
    { name: 'north', endpoint: north.endpoint, max_concurrency: 2 },
    { name: 'south', endpoint: south.endpoint, max_requests_per_second: 7 },
  ])
  const { status, stdout, stderr } = planned(await runCommand(t, ['plan', `--config.file=${file}`]))
  t.deepEqual([status, stderr], [0, ''])
  t.deepEqual(
    stdout.split('\n').filter((line) => /^(?:Account|A collection)/.test(line)),
    [
      `Account north at ${north.endpoint}`,
      'A collection takes about N s: calls took N ms just now; 2 may be under way at a time.',
      `Account south at ${south.endpoint}`,
      'A collection takes about N s: calls took N ms just now; 32 may be under way at a time, and 7 begin in a second.',
    ],
  )
  t.is(stdout.split('namespace  services  instances\ndemo              2          4\n').length, 3)
})

test('a cloud that refuses is reported on standard error, and the other accounts are still reported', async (t) => {
  const refusing = await startCloud(t, { 'generate-api-token/': ({ body }) => ({ status: 401, body: `no ${body}` }) })
  const north = await startCloud(t, answers)
  const file = await accountsFile(t, [
    { name: 'south', endpoint: refusing.endpoint },
    { name: 'north', endpoint: north.endpoint },
  ])
  const { status, stdout, stderr } = await runCommand(t, ['plan', `--config.file=${file}`])
  t.is(status, 1)
  const reason = 'the API refuses this user name and password; check both (HTTP status 401)'
  t.is(stderr, `exporter-http: south: POST ${refusing.endpoint}generate-api-token/: ${reason}\n`)
  t.true(stdout.startsWith(`Account north at ${north.endpoint}\n`))
  t.false(stdout.includes('south'))
})

test('a cloud that asks to wait is waited for no longer than a collection would', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/': { status: 429, headers: { 'retry-after': '3600' } },
  })
  const { status, stdout, stderr } = await runCommand(t, ['plan', '--collect.timeout=10s'], environment)
  t.deepEqual([status, stdout], [1, ''])
  const waiting = /^exporter-http: (\S+ \S+): not sent, the API asks to wait until \S+ \(HTTP status 429\); (.*)\n$/
  t.deepEqual(waiting.exec(stderr)?.slice(1), [
    `GET ${endpoint}services/demo/?page_size=100&page=1`,
    'given up after 10 s, like a collection (--collect.timeout)',
  ])
})

test('a cloud that does not answer in time is given up, and reported separately', async (t) => {
  const silent = await startCloud(t, { 'services/demo/': hangs })
  const north = await startCloud(t, answers)
  const file = await accountsFile(t, [
    { name: 'south', endpoint: silent.endpoint, timeout: '1h' },
    { name: 'north', endpoint: north.endpoint },
  ])
  const args = ['plan', `--config.file=${file}`, '--collect.timeout=10s']
  const { status, stdout, stderr } = await runCommand(t, args)
  t.is(status, 1)
  const [call, rest = ''] = stderr.split(': no complete answer in time ')
  t.is(call, `exporter-http: south: GET ${silent.endpoint}services/demo/?page_size=100&page=1`)
  t.true(rest.endsWith('; given up after 10 s, like a collection (--collect.timeout)\n'), stderr)
  t.true(stdout.startsWith(`Account north at ${north.endpoint}\n`))
})

test('a failure of the only account names no account', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage({ service_name: 'web' }),
    'services/demo/web/instances/': { status: 400, body: { detail: `bad: Token ${secrets.token}` } },
  })
  const { status, stdout, stderr } = await runCommand(t, ['plan'], environment)
  t.deepEqual([status, stdout], [1, ''])
  t.true(
    stderr.startsWith(`exporter-http: GET ${endpoint}services/demo/web/instances/: HTTP status 400, "bad: Token ***"`),
    stderr,
  )
  for (const secret of [secrets.token, secrets.password]) t.false(stderr.includes(secret))
})

test('--demo can be planned too', async (t) => {
  const { status, stdout, stderr } = await runCommand(t, [
    'plan',
    '--demo',
    '--collect.timeout=5m',
    '--alauda.timeout=5m',
  ])
  t.deepEqual([status, stderr], [0, ''])
  t.regex(stdout, /^demo +7 +\d+$/m)
  t.regex(stdout, /^That is [\d.]+ % of the interval of 5 s\.$/m)
})
