import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import { event, onePage, startCloud } from '../helpers/cloud.js'
import { startServing } from '../helpers/command.js'

test('a connection on which nothing has been asked does not keep it from ending', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page=1': onePage() })
  const command = await startServing(t, environment)
  const socket = connect(Number(new URL(command.url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  await command.page()
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
})

test('SIGTERM ends it while a login hangs', async (t) => {
  const asked = event()
  const { environment } = await startCloud(t, {
    'generate-api-token/': () => {
      asked.happen()
      return new Promise(() => {})
    },
  })
  // Nothing else would end it.
  const command = await startServing(t, environment, '--collect.interval=1h', '--alauda.timeout=1h')
  await asked.wait
  command.kill('SIGTERM')
  t.is((await command.exit).status, 0)
})
