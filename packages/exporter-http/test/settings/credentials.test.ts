import test from 'ava'
import { clientCredentials } from '../../src/settings/credentials.js'

test('what holds no file is what the client logs in with', (t) => {
  t.deepEqual(clientCredentials({ token: 'abc' }), { token: 'abc' })
  const credentials = { username: 'demo', organization: 'acme', password: 'hunter2' }
  t.deepEqual(clientCredentials(credentials), credentials)
})

const passwordOf = (readFile: (path: string) => string) => {
  const credentials = clientCredentials({ username: 'demo', passwordFile: '/run/password' }, readFile)
  return 'password' in credentials && typeof credentials.password === 'function' ? credentials.password : () => 'none'
}

test('a password file may end with one line break, which is not a part of the password', (t) => {
  for (const [text, password] of [
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    [' hunter2 \n', ' hunter2 '],
  ] as const) {
    t.is(passwordOf(() => text)(), password, JSON.stringify(text))
  }
})

test('a password file is read each time that the password is needed', (t) => {
  const files: Record<string, string> = { '/run/password': 'old\n' }
  const password = passwordOf((path) => files[path] ?? '')
  t.is(password(), 'old')
  files['/run/password'] = 'new\n'
  t.is(password(), 'new')
})
