import test from 'ava'
import { nearest } from '../../src/settings/near.js'

const names = ['username', 'namespace', 'timeout', 'max_age', 'max_retries', 'web']

test('finds the name that differs by a slip or two', (t) => {
  for (const [given, meant] of [
    ['usernam', 'username'],
    ['namespaces', 'namespace'],
    ['tiemout', 'timeout'],
    ['max-age', 'max_age'],
    ['maxAge', 'max_age'],
    ['MAX_RETRIES', 'max_retries'],
    ['wep', 'web'],
  ] as const) {
    t.is(nearest(given, names), meant, given)
  }
})

test('finds nothing that is like no name', (t) => {
  for (const given of ['', 'hunter2', 'user', 'max', 'we', 'w', 'interval'])
    t.is(nearest(given, ['web', 'username']), given === 'we' ? 'web' : undefined, given)
})
