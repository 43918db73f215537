import test from 'ava'
import { signalsOf } from '../../src/commands/signals.js'

test('SIGHUP is a reload, but on Windows, where it is the end of the console, a stop', (t) => {
  for (const platform of ['linux', 'darwin', 'freebsd'] as const) {
    t.deepEqual(signalsOf(platform), { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] })
  }
  t.deepEqual(signalsOf('win32'), { stop: ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'], reload: [] })
})
