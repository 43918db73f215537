import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'
import { startCloud } from '../helpers/cloud.js'
import { program, runCommand } from '../helpers/command.js'

test('`once` ends when the collection’s time is over, also while the login hangs', async (t) => {
  const { environment } = await startCloud(t, { 'generate-api-token/': () => new Promise(() => {}) })
  // Nothing else would end it.
  const { status } = await runCommand(t, ['once', '--collect.timeout=100ms', '--alauda.timeout=1h'], environment)
  t.is(status, 1)
})

test('a reader that wants no more of the page ends it without a stack trace', async (t) => {
  const child = spawn(process.execPath, [program, 'once', '--demo'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [stderr] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'close')])
  t.is(stderr.join(''), '')
})
