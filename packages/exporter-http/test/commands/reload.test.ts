import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { until } from '../../../alauda-client/test/helpers/until.js'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { loginsAt, startCloud, webIn } from '../helpers/cloud.js'
import { startServing } from '../helpers/command.js'
import { settingsFileOnDisk } from '../helpers/disk.js'
import { metricOf, numberOf } from '../helpers/page.js'

const [north, south] = [labelsOf('north'), labelsOf('south')]
const successful = 'alauda_exporter_config_last_reload_successful'

test('SIGHUP reloads the file; an invalid one is reported, and the previous settings stay in use', async (t) => {
  const [first, second] = [await startCloud(t, webIn(1, 'demo')), await startCloud(t, webIn(2, 'demo'))]
  const accounts = [accountIn('north', first), accountIn('south', second)]
  const file = await settingsFileOnDisk(t, { accounts: accounts.slice(0, 1) })
  const command = await startServing(t, {}, `--config.file=${file}`)
  t.deepEqual(metricOf(await command.page(), 'alauda_up'), [`alauda_up{namespace="demo",${north}} 1`])

  await writeFile(file, JSON.stringify({ accounts }))
  command.kill('SIGHUP')
  await command.until(/msg="settings reloaded" accounts=2/)
  const both = [`alauda_up{namespace="demo",${north}} 1`, `alauda_up{namespace="demo",${south}} 1`]
  t.deepEqual(metricOf(await command.page(), 'alauda_up'), both)

  await writeFile(file, 'collect: { interval: soon }\nalauda: { username: demo, password: hunter2, cloud: mars }\n')
  command.kill('SIGHUP')
  await command.until(/level=error/)
  t.regex(
    command.stderr(),
    /msg="invalid settings; the previous ones stay in use" faults="[^"]*:1:22: collect\.interval: \\"soon\\" given/,
  )
  t.regex(command.stderr(), /; [^"]*:2:53: alauda\.cloud: \\"mars\\" given, expected one of cn, io"/)
  t.false(command.stderr().includes('hunter2'))
  const page = await command.page()
  t.deepEqual(metricOf(page, 'alauda_up'), both)
  t.is(numberOf(page, successful), 0)

  await writeFile(file, JSON.stringify({ accounts: accounts.slice(1) }))
  command.kill('SIGHUP')
  await command.until(/msg="settings reloaded" accounts=1/)
  const after = await command.page()
  t.deepEqual(metricOf(after, 'alauda_up'), both.slice(1))
  t.is(numberOf(after, successful), 1)
  t.deepEqual(
    [first, second].map((cloud) => loginsAt(cloud).length),
    [1, 1],
  )
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
})

test('a password file that is another one now is read again with the settings', async (t) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const { password: _, ...account } = accountIn('north', cloud)
  const secret = await settingsFileOnDisk(t, 'first')
  const file = await settingsFileOnDisk(t, { accounts: [{ ...account, password_file: secret }] })
  const command = await startServing(t, {}, `--config.file=${file}`, '--web.enable-lifecycle')
  await command.page()
  const other = await settingsFileOnDisk(t, 'other')
  await writeFile(file, JSON.stringify({ accounts: [{ ...account, password_file: other }] }))
  const response = await fetch(new URL('/-/reload', command.url), { method: 'POST' })
  t.is(response.status, 200)
  await until(() => loginsAt(cloud).length > 1)
  t.deepEqual(loginsAt(cloud), ['username=north-user&password=%22first%22', 'username=north-user&password=%22other%22'])
})

test('with --demo the file has the other settings; the embedded cloud keeps running', async (t) => {
  const file = await settingsFileOnDisk(t, { log: { level: 'warn' } })
  // However busy the machine is, nothing is late.
  const atLeisure = ['--collect.interval=5m', '--alauda.timeout=5m']
  const command = await startServing(t, {}, '--demo', ...atLeisure, `--config.file=${file}`)
  const logins = 'alauda_logins_total'
  t.is(numberOf(await command.page(), logins), 1)
  t.is(command.stderr(), '')

  await writeFile(file, JSON.stringify({ log: { level: 'info' } }))
  command.kill('SIGHUP')
  await command.until(/msg="settings reloaded" accounts=1/)
  t.true(numberOf(await command.page(), 'alauda_api_requests_total{endpoint="listServices",code="200"}') >= 1)

  await writeFile(file, JSON.stringify({ metrics: { article_names: true } }))
  command.kill('SIGHUP')
  await command.until(/(?:settings reloaded[\s\S]*){2}/)
  const page = await command.page()
  t.true(metricOf(page, 'memory_usage{service="kibana"').length > 0)
  t.is(numberOf(page, 'alauda_up{namespace="demo"}'), 1)
})

test('systemd shows that a reload was rejected, and that the next one was not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'reload-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const [program, told, file] = [join(folder, 'systemd-notify'), join(folder, 'told'), join(folder, 'exporter.yml')]
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" >> "$NOTIFY_SOCKET"\n`)
  await chmod(program, 0o755)
  await writeFile(file, '')
  const flags = ['--demo', '--web.enable-lifecycle', `--config.file=${file}`]
  const command = await startServing(t, { PATH: folder, NOTIFY_SOCKET: told }, ...flags)
  const serving = `READY=1\nSTATUS=Serving on ${command.url}\n`
  const reloading = 'RELOADING=1\nMONOTONIC_USEC=N\n'
  const rejected = `READY=1\nSTATUS=The last reload was rejected, the previous settings apply: ${file}:1:1: `
  const untilTold = async (expected: string) => {
    const read = async () =>
      (await readFile(told, 'utf8').catch(() => '')).replaceAll(/USEC=\d+/g, 'USEC=N').replaceAll(/(:1:1: ).*/g, '$1')
    let text = await read()
    while (text.length < expected.length) text = await read()
    t.is(text, expected)
  }
  await untilTold(serving)
  await writeFile(file, 'nonsense: 1\n')
  command.kill('SIGHUP')
  await untilTold(`${serving}${reloading}${rejected}\n`)
  await writeFile(file, '')
  t.is((await fetch(new URL('/-/reload', command.url), { method: 'POST' })).status, 200)
  await untilTold(`${serving}${reloading}${rejected}\n${serving}`)
})
