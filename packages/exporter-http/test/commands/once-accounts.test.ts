import test from 'ava'
import { parseText } from '../../../collector/test/helpers/parse-text.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { startCloud, webIn } from '../helpers/cloud.js'
import { runCommand } from '../helpers/command.js'
import { settingsFileOnDisk } from '../helpers/disk.js'
import { metricOf } from '../helpers/page.js'

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
