import test from 'ava'
import { clientCredentials } from '../../src/settings/credentials.js'

test('what holds no file is what the client logs in with', (t) => {
  t.deepEqual(clientCredentials({ token: 'abc' }), { token: 'abc' })
  const credentials = { username: 'demo', organization: 'acme', password: 'hunter2' }
  t.deepEqual(clientCredentials(credentials), credentials)
})

const reading = (readFile: (path: string) => Promise<string>, told: string[] = []) => {
  const onUnreadable = (file: string, reason: string) => told.push(`${file}: ${reason}`)
  const credentials = clientCredentials({ username: 'demo', passwordFile: '/run/password' }, { readFile, onUnreadable })
  return 'password' in credentials && typeof credentials.password === 'function' ? credentials.password : () => 'none'
}

test('line breaks at the end of a password file, and a byte order mark, are no part of the password', async (t) => {
  for (const [text, password] of [
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\r\n\n', 'hunter2'],
    ['\uFEFFhunter2\n', 'hunter2'],
    [' hunter2 \n', ' hunter2 '],
  ] as const) {
    t.is(await reading(async () => text)(), password, JSON.stringify(text))
  }
})

test('a password file is read each time that the password is needed', async (t) => {
  let text = 'old\n'
  const password = reading(async () => text)
  t.is(await password(), 'old')
  text = 'new\n'
  t.is(await password(), 'new')
})

test('what is no password does not replace the one before, and the reason is told without it', async (t) => {
  let text = 'old\n'
  const told: string[] = []
  const password = reading(async () => {
    if (text === 'gone') throw Object.assign(new Error('gone'), { code: 'ENOENT' })
    return text
  }, told)
  t.is(await password(), 'old')
  for (text of ['', '\n', '\uFEFF\r\n', 's3\u0000cr3t', 's3\u001bcr3t', 's3\ncr3t', 'gone']) {
    t.is(await password(), 'old', JSON.stringify(text))
  }
  t.is(told.length, 7)
  t.is(told[0], '/run/password: it is empty')
  t.is(told[6], '/run/password: ENOENT')
  t.false(told.some((line) => line.includes('cr3t')))
  text = 'new'
  t.is(await password(), 'new')
})

test('without a password before it, it is an error that names the file', async (t) => {
  const password = reading(async () => '\n')
  await t.throwsAsync(async () => password(), { message: '/run/password: cannot be read (it is empty)' })
})
