import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { compare as bcryptCompare, hashSync } from 'bcryptjs'
import fc from 'fast-check'
import { authenticated, type BasicAuthOptions, createPasswordWorker } from '../../src/toolkit/basic-auth.js'
import { plainText } from '../../src/toolkit/handler.js'
import { asked } from '../helpers/asked.js'

const hashes = {
  demo: hashSync('hunter2', 4),
  colon: hashSync('a:b:', 4),
  灵雀云: hashSync('pässwörd 密码', 4),
  empty: hashSync('', 4),
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`

const start = (given: Readonly<Record<string, string>> = hashes, options: BasicAuthOptions = {}) => {
  const users = new Map(Object.entries(given))
  const compared: string[] = []
  const compare = (password: string, hash: string) => {
    compared.push(password)
    return (options.compare ?? bcryptCompare)(password, hash)
  }
  const respond = authenticated(() => users, { ...options, compare })(async () => plainText(200, 'page'))
  const ask = (authorization?: string) => respond(asked(authorization === undefined ? {} : { authorization }))
  return { users, compared, ask, status: async (authorization?: string) => (await ask(authorization)).status }
}

test('without users everyone is answered, whatever they show', async (t) => {
  const { status, compared } = start({})
  t.is(await status(), 200)
  t.is(await status(basic('demo', 'hunter2')), 200)
  t.is(await status('nonsense'), 200)
  t.deepEqual(compared, [])
})

test('users with their passwords are answered: with colons, beyond ASCII, or empty', async (t) => {
  const { status } = start()
  for (const [user, password] of [
    ['demo', 'hunter2'],
    ['colon', 'a:b:'],
    ['灵雀云', 'pässwörd 密码'],
    ['empty', ''],
  ] as const) {
    t.is(await status(basic(user, password)), 200, user)
    t.is(await status(basic(user, password).replace('Basic ', 'bASIC   ')), 200, user)
  }
})

test('everyone else is asked for name and password', async (t) => {
  const { ask } = start()
  const unauthorized = plainText(401, 'Unauthorized', { 'www-authenticate': 'Basic' })
  const right = basic('demo', 'hunter2')
  for (const authorization of [
    undefined,
    '',
    'Basic',
    'Basic ',
    right.replace('Basic', 'Bearer'),
    right.replace('Basic ', 'Basic'),
    `${right} `,
    `${right}, ${right}`,
    basic('colon', 'a:b:').replace('==', ''),
    `${right.slice(0, 10)}*${right.slice(11)}`,
    basic('demo', 'hunter'),
    basic('demo', 'hunter2 '),
    basic('demo', ''),
    basic('Demo', 'hunter2'),
    basic('nobody', 'hunter2'),
    basic('', 'hunter2'),
    basic('toString', 'hunter2'),
    `Basic ${Buffer.from('demo').toString('base64')}`,
    `Basic ${Buffer.from('灵雀云:pässwörd 密码', 'latin1').toString('base64')}`,
    basic('demo', hashes.demo),
  ]) {
    t.deepEqual(await ask(authorization), unauthorized, authorization)
  }
})

test('a password is compared once; a scrape costs no bcrypt', async (t) => {
  const { status, compared } = start()
  for (let scrape = 0; scrape < 5; scrape += 1) t.is(await status(basic('demo', 'hunter2')), 200)
  t.deepEqual(compared, ['hunter2'])
  for (let scrape = 0; scrape < 5; scrape += 1) t.is(await status(basic('demo', 'wrong')), 401)
  t.deepEqual(compared, ['hunter2', 'wrong'])
})

test('an unknown user costs a comparison as well, with a hash of the same cost', async (t) => {
  const seen: string[] = []
  const compare = async (_: string, hash: string) => {
    seen.push(hash)
    return true
  }
  const { status } = start({ demo: hashes.demo.replace('$04$', '$11$') }, { compare })
  t.is(await status(basic('nobody', 'hunter2')), 401, 'even if it were the same')
  t.regex(seen[0] ?? '', /^\$2b\$11\$[./A-Za-z0-9]{53}$/)
  t.false(await bcryptCompare('', (seen[0] ?? '').replace('$11$', '$04$')))
})

test('where users cost differently, so do unknown ones, and each always the same', async (t) => {
  let costs: string[] = []
  const compare = async (_: string, hash: string) => {
    costs.push(hash.slice(4, 6))
    return false
  }
  const { status } = start({ demo: hashes.demo, other: hashes.colon.replace('$04$', '$11$') }, { compare })
  const costsOfAll = async (password: string) => {
    costs = []
    for (let name = 0; name < 64; name += 1) await status(basic(`nobody${name}`, password))
    return costs
  }
  const first = await costsOfAll('a')
  t.deepEqual([...new Set(first)].sort(), ['04', '11'])
  t.deepEqual(await costsOfAll('b'), first)
})

test('who asks many times at once waits for one comparison', async (t) => {
  const { status, compared } = start()
  const statuses = await Promise.all(Array.from({ length: 50 }, () => status(basic('demo', 'hunter2'))))
  t.deepEqual(new Set(statuses), new Set([200]))
  t.is(compared.length, 1)
})

test('passwords are compared one after the other, and only so many wait', async (t) => {
  let underWay = 0
  let most = 0
  const compare = async () => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(setImmediate)
    underWay -= 1
    return false
  }
  const { ask, compared } = start(hashes, { compare, maxWaiting: 2 })
  const responses = await Promise.all(Array.from({ length: 5 }, (_, index) => ask(basic('demo', `${index}`))))
  t.deepEqual(
    responses.map(({ status }) => status),
    [401, 401, 401, 503, 503],
  )
  t.deepEqual(responses[4], plainText(503, 'Too many passwords to compare; try again.', { 'retry-after': '1' }))
  t.is(most, 1)
  await ask(basic('demo', '4'))
  t.deepEqual(compared, ['0', '1', '2', '4'])
})

test('while passwords are guessed, who was let in before still is, at once', async (t) => {
  let isStuck = false
  const compare = (password: string, hash: string) =>
    isStuck ? new Promise<boolean>(() => {}) : bcryptCompare(password, hash)
  const { status } = start(hashes, { compare, maxWaiting: 2 })
  t.is(await status(basic('demo', 'hunter2')), 200)
  isStuck = true
  for (let guess = 0; guess < 10; guess += 1) void status(basic('demo', `${guess}`))
  t.is(await status(basic('demo', 'hunter2')), 200)
})

test('wrong guesses are forgotten after a while, right passwords are not driven out by them', async (t) => {
  const { status, compared } = start(hashes, { compare: async (password) => password === 'hunter2' })
  await status(basic('demo', 'hunter2'))
  await status(basic('demo', 'first'))
  for (let guess = 0; guess < 100; guess += 1) await status(basic('demo', `${guess}`))
  t.is(compared.length, 102)
  await status(basic('demo', '99'))
  t.is(await status(basic('demo', 'hunter2')), 200)
  t.is(compared.length, 102)
  await status(basic('demo', 'first'))
  t.is(compared.length, 103)
})

test('a changed password counts from the next request on, and so does a user who is gone or new', async (t) => {
  const { users, status } = start()
  const [old, renewed] = [basic('demo', 'hunter2'), basic('demo', 'hunter3')]
  t.deepEqual([await status(old), await status(renewed)], [200, 401])
  users.set('demo', hashSync('hunter3', 4))
  t.deepEqual([await status(old), await status(renewed)], [401, 200])
  users.delete('demo')
  t.deepEqual([await status(old), await status(renewed)], [401, 401])
  users.set('demo', hashes.demo)
  t.deepEqual([await status(old), await status(renewed)], [200, 401])
})

test('a failed comparison admits no user, and does not stop the others', async (t) => {
  const compare = (password: string) =>
    password === 'throws' ? Promise.reject(new Error('no luck')) : Promise.resolve(password === 'hunter2')
  const { status } = start(hashes, { compare })
  t.is(await status(basic('demo', 'throws')), 503)
  t.is(await status(basic('demo', 'hunter2')), 200)
})

const neverIn = async (t: ExecutionContext, authorization: fc.Arbitrary<string>) => {
  const { status } = start(hashes, {
    compare: async (password, hash) => hash === hashes.demo && password === 'hunter2',
  })
  await fc.assert(
    fc.asyncProperty(authorization, async (header) => {
      t.is(await status(header), 401, header)
    }),
  )
}

test('no bytes whatever let anyone in', async (t) => {
  // Node hands over the bytes of a header as Latin-1.
  const bytes = fc.uint8Array().map((array) => Buffer.from(array))
  await neverIn(
    t,
    bytes.map((array) => array.toString('latin1')),
  )
  await neverIn(
    t,
    bytes.map((array) => `Basic ${array.toString('latin1')}`),
  )
  await neverIn(
    t,
    bytes.map((array) => `Basic ${array.toString('base64')}`),
  )
  await neverIn(
    t,
    bytes.map((array) => `Basic ${Buffer.concat([Buffer.from('demo:'), array]).toString('base64')}`),
  )
})

test('compares as bcrypt does, for any password', async (t) => {
  const compare = createPasswordWorker()
  for (const password of ['', 'hunter2', '灵雀云', 'a:b', 'a'.repeat(72)]) {
    const hash = hashSync(password, 4)
    t.true(await compare(password, hash), password)
    t.false(await compare(`${password}x`.slice(-71), hash), password)
  }
})

test('the event loop continues meanwhile', async (t) => {
  const compare = createPasswordWorker()
  let isDone = false
  const comparing = compare('hunter2', hashSync('hunter2', 4).replace('$04$', '$11$')).then(() => {
    isDone = true
  })
  let turns = 0
  while (!isDone) {
    turns += 1
    await new Promise(setImmediate)
  }
  await comparing
  t.true(turns > 100, `${turns} turns`)
})

test('what cannot be compared is rejected, and the next comparison works', async (t) => {
  const compare = createPasswordWorker()
  await t.throwsAsync(compare('hunter2', 'x'.repeat(60)))
  t.true(await compare('hunter2', hashSync('hunter2', 4)))
})

test('it keeps no process alive', async (t) => {
  const { href } = new URL('../../src/toolkit/basic-auth.ts', import.meta.url)
  const script = `
    import { createPasswordWorker } from ${JSON.stringify(href)}
    console.log(await createPasswordWorker()('hunter2', ${JSON.stringify(hashSync('hunter2', 4))}))
  `
  const args = ['--import=tsx', '--conditions=source', '--input-type=module', '--eval', script]
  t.is((await promisify(execFile)(process.execPath, args)).stdout, 'true\n')
})
