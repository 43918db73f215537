import test from 'ava'
import { accountIn } from './helpers/accounts.js'
import { event, onePage, service, startCloud } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'

const plain = (lines: ReadonlyArray<string>) =>
  lines.map((line) => line.replace(/durationSeconds=.*$/, 'durationSeconds=N').replace(/: HTTP status (\d+).*/, ': $1'))

test('an outage is told by a line for each kind of reason, however long it takes, and its end by one', async (t) => {
  const statuses = [500, 429, 500, 429, 400, 500, 429, 400]
  const over = event()
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page=1': () => {
      lists += 1
      const status = statuses[lists - 1]
      if (lists === statuses.length + 3) over.happen()
      return status === undefined ? onePage() : { status }
    },
  })
  const { lines } = await startTestExporter(t, {
    file: { accounts: [accountIn('north', cloud)], collect: { interval: '20ms', timeout: '1m' } },
    flags: { 'alauda.max-retries': ['0'] },
  })
  await over.wait
  const failed = (status: number) =>
    `level=warn msg="the service list could not be read" account=north team=team-north namespace=demo error="GET ${cloud.endpoint}services/demo/?page=1: ${status}`
  t.deepEqual(plain(lines), [
    failed(500),
    failed(429),
    failed(400),
    'level=info msg="the service list was read" account=north team=team-north namespace=demo services=0 instances=0 durationSeconds=N',
  ])
})

test('services that cannot be told apart are told once; on level debug there is a line for each collection', async (t) => {
  const third = event()
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page=1': () => {
      lists += 1
      if (lists === 4) third.happen()
      return onePage({ ...service('web'), uuid: 'a' }, { ...service('web'), uuid: 'b' })
    },
  })
  const { lines } = await startTestExporter(t, {
    file: { accounts: [accountIn('north', cloud)], collect: { interval: '20ms', timeout: '1m' } },
    flags: { 'log.level': ['debug'] },
  })
  await third.wait
  const collected =
    'level=debug msg=collected account=north team=team-north namespace=demo services=1 instances=0 durationSeconds=N'
  t.deepEqual(plain(lines.slice(0, 5)), [
    collected,
    'level=info msg="the service list was read" account=north team=team-north namespace=demo services=1 instances=0 durationSeconds=N',
    'level=warn msg="several objects bear the same labels; only the newest of them is shown" account=north team=team-north namespace=demo leftOut=1',
    collected,
    collected,
  ])
})
