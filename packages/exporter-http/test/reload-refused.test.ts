import test, { type ExecutionContext } from 'ava'
import { accountIn, labelsOf } from './helpers/accounts.js'
import { loginsAt, startCloud, webIn } from './helpers/cloud.js'
import { startTestExporter } from './helpers/exporter.js'
import { metricOf, numberOf, samplesOf } from './helpers/page.js'

const lifecycle = { 'web.enable-lifecycle': ['true'] }
const successful = 'alauda_exporter_config_last_reload_successful'
const successTime = 'alauda_exporter_config_last_reload_success_timestamp_seconds'
const reread = [200, 'The settings were read again.\n'] as const
const refused = (...faults: ReadonlyArray<string>) =>
  [400, `The settings are wrong; the old ones stay.\n${faults.join('\n')}\n`] as const

const setUp = async (t: ExecutionContext, flags: Record<string, string[]> = lifecycle) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const file = { accounts: [accountIn('north', cloud)] }
  return { cloud, file, ...(await startTestExporter(t, { file, flags })) }
}

test('wrong settings are refused with all that is wrong, and the old ones go on', async (t) => {
  const { cloud, file, page, write, postReload, lines } = await setUp(t)
  const before = await page()
  t.is(numberOf(before, successful), 1)
  const [account] = file.accounts
  write({ accounts: [{ ...account, nam: 'x' }], collect: { interval: 'soon' }, log: { level: 'loud' } })
  const [status, body] = await postReload()
  t.is(status, 400)
  const [sentence, ...faults] = body.trimEnd().split('\n')
  t.is(sentence, 'The settings are wrong; the old ones stay.')
  t.deepEqual(
    faults.map((fault) => fault.replace(/^exporter\.yml:1:\d+: /, '')),
    [
      'accounts[0].nam: there is no such setting; did you mean name?',
      'collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m',
      'log.level: "loud" given, expected one of debug, info, warn, error',
    ],
  )
  const after = await page()
  t.deepEqual(samplesOf(after), samplesOf(before))
  t.deepEqual(metricOf(after, 'alauda_api_requests_total'), metricOf(before, 'alauda_api_requests_total'))
  t.deepEqual([numberOf(after, successful), numberOf(after, successTime)], [0, numberOf(before, successTime)])
  t.is(loginsAt(cloud).length, 1)
  t.deepEqual(
    lines.filter((line) => line.startsWith('level=error')),
    [`level=error msg="the settings are wrong; the old ones stay" faults=${JSON.stringify(faults.join('; '))}`],
  )
})

test('each try that fails is told once; what is mended is told by its time', async (t) => {
  const before = Date.now() / 1000
  const { file, page, write, postReload, lines } = await setUp(t)
  const begun = numberOf(await page(), successTime)
  t.true(begun >= Math.floor(before) && begun <= Date.now() / 1000)
  write('collect: { interval: soon }')
  await postReload()
  await postReload()
  t.is(lines.filter((line) => line.startsWith('level=error')).length, 2)
  t.is(numberOf(await page(), successful), 0)
  write(file)
  t.deepEqual(await postReload(), reread)
  const mended = await page()
  t.is(numberOf(mended, successful), 1)
  t.true(numberOf(mended, successTime) > begun)
  t.true(mended.includes(`# TYPE ${successful} gauge\n`) && mended.includes(`# TYPE ${successTime} gauge\n`))
})

test('a file that is not YAML, is empty or lacks what is needed is refused', async (t) => {
  const { page, write, postReload } = await setUp(t)
  for (const text of ['accounts: [', '', 'accounts: []', '- a', '\u0000']) {
    write(text)
    const [status] = await postReload()
    t.is(status, 400, JSON.stringify(text))
  }
  t.is(numberOf(await page(), `alauda_up{namespace="demo",${labelsOf('north')}}`), 1)
})

test('no fault holds a secret of the file', async (t) => {
  const { cloud, page, write, postReload, lines } = await setUp(t)
  const secret = 'hunter2-sécret'
  const wrongs = [
    { accounts: [{ ...accountIn('north', cloud), password: secret, token: secret }] },
    { accounts: [{ ...accountIn('north', cloud), password: secret, interval: secret }] },
    { accounts: [{ ...accountIn('north', cloud), password: [secret], labels: { 'a-b': secret } }] },
    { alauda: { username: 'demo', password: secret, endpoint: `https://demo:${secret}@cloud.test/v1/` } },
    `alauda: { username: demo, password: ${secret}, timeout: soon }`,
    `alauda:\n  username: demo\n  password: ${secret}: ${secret}\n`,
    `alauda: { password: "${secret}`,
    `${secret}`,
  ]
  for (const wrong of wrongs) {
    write(wrong)
    const [status, body] = await postReload()
    t.is(status, 400, JSON.stringify(wrong))
    t.false(body.includes(secret), body)
  }
  t.false([...lines, await page()].join('\n').includes(secret))
})

test('settings of web take a restart', async (t) => {
  const { file, page, write, postReload } = await setUp(t)
  write({ ...file, web: { telemetry_path: '/other' }, log: { level: 'debug' } })
  t.deepEqual(await postReload(), refused('--web.telemetry-path: is different now, which takes a restart'))
  t.is(numberOf(await page(), successful), 0)
  write(file)
  t.deepEqual(await postReload(), reread)
})

test('all settings of web that differ are named, and no other', async (t) => {
  const { file, write, postReload } = await setUp(t)
  write({
    ...file,
    web: {
      telemetry_path: '/other',
      config_file: 'web.yml',
      max_requests: 1,
      disable_exporter_metrics: true,
      prometheus_url: 'http://localhost:9090/',
      enable_lifecycle: false,
    },
  })
  const rest = 'is different now, which takes a restart'
  t.deepEqual(
    await postReload(),
    refused(
      `--web.telemetry-path: ${rest}`,
      `--web.config.file: ${rest}`,
      `--web.max-requests: ${rest}`,
      `--web.disable-exporter-metrics: ${rest}`,
      `--web.prometheus-url: ${rest}`,
    ),
  )
})

test('where it is not enabled nothing is read', async (t) => {
  const { page, postReload, reads } = await setUp(t, {})
  t.deepEqual(await postReload(), [
    403,
    'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.\n',
  ])
  t.is(reads(), 1)
  t.is(numberOf(await page(), successful), 1)
})

test('a look at it changes nothing', async (t) => {
  const { get, reads } = await setUp(t)
  for (const method of ['GET', 'HEAD', 'PUT']) {
    const response = await get('/-/reload', { method })
    t.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method)
  }
  t.is(reads(), 1)
})
