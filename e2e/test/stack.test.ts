import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { answers, seriesNow } from '../../testing/ask-prometheus.js'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { startStackCommand } from '../../testing/stack-command.js'
import { testWithPrometheus } from '../helpers/prometheus.js'

// Two programs of a test may find the same usual port free. So none is, unless this machine uses it anyway.
test.before(async () => {
  for (const port of [10_104, 9090, 9093]) {
    // Goes with this process, and does not keep it.
    const server = createServer().listen(port, '127.0.0.1').unref()
    await once(server, 'listening').catch(() => {})
  }
})

const address = (output: string, name: string): string =>
  new RegExp(`^ +${name} +(http\\S+)`, 'm').exec(output)?.[1] ?? ''

const printedQueries = (output: string): ReadonlyArray<string> =>
  [...output.matchAll(/[?&]g0\.expr=([^&\s]+)/g)].map(
    ([, query = '']) => new URLSearchParams(`q=${query}`).get('q') ?? '',
  )

/** A folder for PATH with node and this `prometheus` alone, a script for node. */
const onlyThis = async (t: ExecutionContext, prometheus?: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-path-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await symlink(process.execPath, join(folder, 'node'))
  if (prometheus !== undefined)
    await writeFile(join(folder, 'prometheus'), `#!${process.execPath}\n${prometheus}`, { mode: 0o755 })
  return folder
}

// Instead of Prometheus: prints its arguments, is ready immediately, and exits on request.
const mortalPrometheus = `
console.error('was given ' + JSON.stringify(process.env))
const [host, port] = process.argv.find((flag) => flag.startsWith('--web.listen-address=')).split('=')[1].split(':')
require('node:http').createServer(({ url }, response) => {
  if (url !== '/die') return response.end()
  console.error('the disk is full')
  process.exit(3)
}).listen(Number(port), host)`

const neverReady = `console.error('replaying'); setInterval(() => {}, 1000)`

const talkative = `setInterval(() => console.error('still replaying'), 100)`

testWithPrometheus('one command starts all, its queries return data, and Ctrl-C leaves nothing behind', async (t) => {
  const stack = await startStackCommand(t)
  const output = await stack.written(/Ctrl-C ends/)
  const prometheus = address(output, 'Prometheus')
  const queries = printedQueries(output)
  t.is(queries.length, 3, output)
  t.regex(output, /^Three queries to try; the first answers take half a minute:$/m)
  for (const query of queries) {
    t.true(output.includes(`    ${query}\n`), 'the query itself and the link to it are the same')
    const series = await eventually(
      () => seriesNow(prometheus, query),
      ({ length }) => length > 0,
    )
    t.true(series.length > 1, query)
  }
  const page = await (await fetch(address(output, 'Exporter'))).text()
  t.true(page.includes(prometheus), 'the exporter’s page leads to Prometheus')
  t.true((await seriesNow(prometheus, 'alauda_up{namespace="demo"}')).length > 0)
  t.is((await fetch(address(output, 'Alerts'))).status, 200)
  const rules = await (await fetch(`${prometheus}api/v1/rules`)).text()
  t.regex(rules, /"type":"alerting"/)
  const alertmanager = address(output, 'Alertmanager')
  t.true(alertmanager !== '' || !process.env.E2E_REQUIRED, 'Alertmanager is on this machine')
  if (alertmanager) {
    const found = await (await fetch(`${prometheus}api/v1/alertmanagers`)).text()
    t.true(found.includes(`${alertmanager}api/v2/alerts`), found)
  }

  const addresses = ['Exporter', 'Prometheus', 'Cloud', ...(alertmanager ? ['Alertmanager'] : [])].map((name) =>
    address(output, name),
  )
  for (const url of addresses) t.true(await answers(url), url)
  stack.interrupt()
  stack.interrupt()
  t.is(await stack.status, 0, stack.output())
  for (const url of addresses) t.false(await answers(url), `${url} is gone`)
  t.deepEqual(await stack.leftOver(), [])
})

test('when one of the programs dies it says which and why, and ends the others', async (t) => {
  const stack = await startStackCommand(t, { PATH: await onlyThis(t, mortalPrometheus) })
  const output = await stack.written(/Alertmanager is not on this machine/)
  const [exporter, prometheus] = [address(output, 'Exporter'), address(output, 'Prometheus')]
  t.true(await answers(exporter), output)
  t.is(address(output, 'Alertmanager'), '', 'it runs without Alertmanager')
  await answers(`${prometheus}die`)
  t.is(await stack.status, 1)
  t.regex(stack.output(), /^prometheus ended with status 3: the disk is full$/m)
  t.false(await answers(exporter))
  t.deepEqual(await stack.leftOver(), [])
})

test('with an account it watches that account, and no one but the exporter gets to know the password', async (t) => {
  const cloud = await startSimulator({ password: 'known-to-few' })
  t.teardown(() => cloud.close())
  const stack = await startStackCommand(t, {
    PATH: await onlyThis(t, mortalPrometheus),
    ALAUDA_ENDPOINT: cloud.url,
    ALAUDA_USERNAME: 'demo',
    ALAUDA_PASSWORD: 'known-to-few',
  })
  const output = await stack.written(/Ctrl-C ends/)
  const page = await eventually(
    async () => (await fetch(`${address(output, 'Exporter')}metrics`)).text(),
    (text) => /^alauda_up\{.*\} 1$/m.test(text),
  )
  t.regex(page, /^alauda_service_info\{.*service="kibana"/m)
  t.is(address(output, 'Cloud'), '', 'no other cloud is started')
  t.regex(output, /^Three queries to try; the first answers take three minutes:$/m)
  t.regex(output, /prometheus: was given \{.*"PATH"/)
  stack.interrupt()
  t.is(await stack.status, 0)
  t.notRegex(stack.output(), /known-to-few/)
})

test('what an account lacks is said, and nothing stays', async (t) => {
  const stack = await startStackCommand(t, { PATH: await onlyThis(t, mortalPrometheus), ALAUDA_USERNAME: 'demo' })
  t.is(await stack.status, 1)
  t.regex(stack.output(), /^exporter ended with status 2: .*password/m)
  t.deepEqual(await stack.leftOver(), [])
})

test('Ctrl-C ends it before everything is ready, too', async (t) => {
  const stack = await startStackCommand(t, { PATH: await onlyThis(t, neverReady) })
  await stack.written(/^prometheus: replaying/m)
  stack.interrupt()
  t.is(await stack.status, 0, stack.output())
  t.deepEqual(await stack.leftOver(), [])
})

test('it ends when the reader of its output is gone', async (t) => {
  const stack = await startStackCommand(t, { PATH: await onlyThis(t, talkative) })
  await stack.written(/^prometheus: still replaying/m)
  stack.stopReading()
  t.is(await stack.status, 0)
  t.deepEqual(await stack.leftOver(), [])
})

test('without Prometheus it says how to get it', async (t) => {
  const stack = await startStackCommand(t, { PATH: await onlyThis(t) })
  t.is(await stack.status, 1)
  for (const way of ['apt-get install prometheus', 'brew install prometheus', 'docker compose'])
    t.true(stack.output().includes(way), stack.output())
  t.deepEqual(await stack.leftOver(), [])
})

test('it takes the usual port where it is free, and another where it is not', async (t) => {
  const usual = await freePort()
  t.is(await freePort(usual), usual)
  const server = createServer().listen(usual, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.not(await freePort(usual), usual)
})
