import test from 'ava'
import { runCommand, startServing } from './helpers/command.js'
import { collectionOf, subjectsOf } from './helpers/page.js'

test('--demo needs no account: it watches a cloud of its own, where services run', async (t) => {
  const { status, stdout, stderr } = await runCommand(t, [
    'once',
    '--demo',
    '--collect.interval=5m',
    '--alauda.timeout=5m',
  ])
  t.is(stderr, '')
  t.is(status, 0)
  t.is(collectionOf(stdout)[0], 'alauda_up{namespace="demo"} 1')
  for (const metric of ['alauda_instance_memory_usage_bytes', 'alauda_service_info']) {
    t.true(subjectsOf(stdout).some((line) => line.startsWith(`${metric}{namespace="demo",`)))
  }
})

test('serve --demo says where its cloud is, and ends it with itself', async (t) => {
  const command = await startServing(t, {}, '--demo')
  const [, endpoint = ''] =
    /^An embedded cloud answers at (\S+) \(user name and password: demo\)$/m.exec(command.stdout()) ?? []
  const login = { method: 'POST', body: new URLSearchParams({ username: 'demo', password: 'demo' }) }
  t.is((await fetch(`${endpoint}generate-api-token/`, login)).status, 200)
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
  await t.throwsAsync(fetch(endpoint), { message: 'fetch failed' })
})
