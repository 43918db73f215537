import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { hashSync } from 'bcryptjs'
import { createPasswordWorker } from '../../src/http/password-worker.js'

test('compares as bcrypt does, for any password', async (t) => {
  const compare = createPasswordWorker()
  for (const password of ['', 'hunter2', '灵雀云', 'a:b', 'a'.repeat(72)]) {
    const hash = hashSync(password, 4)
    t.true(await compare(password, hash), password)
    t.false(await compare(`${password}x`.slice(-71), hash), password)
  }
})

test('the event loop goes on meanwhile', async (t) => {
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
  const { href } = new URL('../../src/http/password-worker.ts', import.meta.url)
  const script = `
    import { createPasswordWorker } from ${JSON.stringify(href)}
    console.log(await createPasswordWorker()('hunter2', ${JSON.stringify(hashSync('hunter2', 4))}))
  `
  const args = ['--import=tsx', '--conditions=source', '--input-type=module', '--eval', script]
  t.is((await promisify(execFile)(process.execPath, args)).stdout, 'true\n')
})
