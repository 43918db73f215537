import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { clientCredentials } from '../../src/settings/accounts.js'
import type { Settings } from '../../src/settings/settings.js'
import type { Sources } from '../../src/settings/sources.js'
import { smallest, sources } from '../helpers/sources.js'
import { fromDisk, readSettings } from '../helpers/texts.js'

// Seen through the settings that come of them.
const settingOf =
  <A>(pick: (settings: Settings) => A) =>
  (given: Sources) =>
    pipe(readSettings(given), E.map(pick))
const credentialsOf = settingOf(({ accounts }) => accounts[0]?.credentials)
const namespacesOf = settingOf(({ accounts }) => accounts[0]?.namespaces)
const endpointOf = settingOf(({ accounts }) => accounts[0]?.endpoint)
const account = (username: string, password: string) => E.right({ username, password })
const withPasswordFile = E.right({ username: 'demo', passwordFile: '/run/password' })

test('a flag wins over the environment', (t) => {
  t.deepEqual(credentialsOf(sources(smallest, { 'alauda.username': ['ann'] })), account('ann', 'hunter2'))
  t.deepEqual(
    namespacesOf(sources({ ...smallest, ALAUDA_NAMESPACE: 'a,b' }, { 'alauda.namespace': ['c'] })),
    E.right(['c']),
  )
})

test('a wrong variable does no harm where a flag wins over it', (t) => {
  t.deepEqual(
    endpointOf(sources({ ...smallest, ALAUDA_CLOUD: 'mars' }, { 'alauda.cloud': ['io'] })),
    E.right('https://api.alauda.io/v1/'),
  )
})

test('an empty variable is as good as none', (t) => {
  const empty = {
    ALAUDA_NAMESPACE: '',
    ALAUDA_CLOUD: '',
    ALAUDA_ENDPOINT: '',
    ALAUDA_TOKEN: '',
    ALAUDA_PASSWORD_FILE: '',
  }
  t.deepEqual(readSettings(sources({ ...smallest, ...empty })), readSettings(sources(smallest)))
  t.deepEqual(
    credentialsOf(sources({ ...smallest, ALAUDA_PASSWORD: '' })),
    E.left(['ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none']),
  )
})

test('an empty flag is not: it was written on purpose', (t) => {
  t.deepEqual(
    credentialsOf(sources(smallest, { 'alauda.username': [''] })),
    E.left([
      '--alauda.username: empty, expected 1 to 1024 characters, no line breaks or other control characters, no spaces around them',
    ]),
  )
})

test('a list in a variable is separated by commas, and spaces around them do not count', (t) => {
  t.deepEqual(namespacesOf(sources({ ...smallest, ALAUDA_NAMESPACE: 'a' })), E.right(['a']))
  t.deepEqual(namespacesOf(sources({ ...smallest, ALAUDA_NAMESPACE: 'a, b ,灵雀云' })), E.right(['a', 'b', '灵雀云']))
  t.deepEqual(
    namespacesOf(sources({ ...smallest, ALAUDA_NAMESPACE: 'a,' })),
    E.left([
      'ALAUDA_NAMESPACE: empty, expected 1 to 1024 characters, no line breaks or other control characters, no spaces around them',
    ]),
  )
})

test('a comma in a flag is a part of the name', (t) => {
  t.deepEqual(namespacesOf(sources(smallest, { 'alauda.namespace': ['a,b'] })), E.right(['a,b']))
})

const { ALAUDA_PASSWORD: _, ...withoutPassword } = smallest

test('a password file is named, and may end with one line break', (t) => {
  const environment = { ...withoutPassword, ALAUDA_PASSWORD_FILE: '/run/password' }
  t.deepEqual(credentialsOf(sources(environment, {}, { '/run/password': 'hunter2\n' })), withPasswordFile)
})

test('a password file that holds nothing is a fault', (t) => {
  for (const text of ['', '\n', '\r\n']) {
    t.deepEqual(
      credentialsOf(sources(withoutPassword, { 'alauda.password-file': ['/run/password'] }, { '/run/password': text })),
      E.left(['--alauda.password-file: it is empty']),
    )
  }
})

test('a file that cannot be read is named by its flag or variable, with the system’s word for why', (t) => {
  for (const [variable, file] of [
    ['ALAUDA_PASSWORD_FILE', '/run/password'],
    ['ALAUDA_TOKEN_FILE', '/run/token'],
  ] as const) {
    t.deepEqual(
      credentialsOf(sources({ ...withoutPassword, [variable]: file })),
      E.left([`${variable}: the file "${file}" cannot be read (ENOENT)`]),
    )
  }
  t.deepEqual(
    credentialsOf({
      ...sources(withoutPassword, { 'alauda.password-file': ['/run/password'] }),
      readFile: fromDisk(() => {
        throw new Error('/run/password is strange')
      }),
    }),
    E.left(['--alauda.password-file: the file "/run/password" cannot be read (unknown reason)']),
  )
})

test('a variable for a password and one for its file leave open which is meant', (t) => {
  const files = { '/run/password': 'from file', '/run/token': 'abc' }
  t.deepEqual(
    credentialsOf(sources({ ...smallest, ALAUDA_PASSWORD_FILE: '/run/password' }, {}, files)),
    E.left(['ALAUDA_PASSWORD: set together with ALAUDA_PASSWORD_FILE, expected one of them']),
  )
  t.deepEqual(
    credentialsOf(sources({ ALAUDA_TOKEN: 'abc', ALAUDA_TOKEN_FILE: '/run/token', ALAUDA_NAMESPACE: 'a' }, {}, files)),
    E.left(['ALAUDA_TOKEN: set together with ALAUDA_TOKEN_FILE, expected one of them']),
  )
})

test('a flag for a file wins over both variables', (t) => {
  const flags = { 'alauda.password-file': ['/run/password'] }
  const files = { '/run/password': 'from file\n' }
  t.deepEqual(credentialsOf(sources(smallest, flags, files)), withPasswordFile)
  t.deepEqual(credentialsOf(sources({ ...smallest, ALAUDA_PASSWORD_FILE: '/missing' }, flags, files)), withPasswordFile)
})

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

test('an invalid password does not replace the previous one, and the reason is reported without it', async (t) => {
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
