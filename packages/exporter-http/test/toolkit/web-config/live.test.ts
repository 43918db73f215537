import { execFileSync } from 'node:child_process'
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createLog } from '../../../src/log.js'
import { createAuthority } from '../../helpers/certificates.js'
import { openWebConfig } from '../../helpers/texts.js'
import { liveFiles, seconds } from '../../helpers/web-files.js'

const silent = createLog(
  () => ({ level: 'error', format: 'logfmt' }),
  () => {},
)

const frame = (value: string) => `http_server_config: {headers: {X-Frame-Options: ${value}}}`
const frameOf = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => headers['X-Frame-Options']
const hash = '$2y$04$RDOjyRZSOJGwiODDqLMDweXJ8j0yJZGCVHm3cOiVCP3eoTyxVqVQi'

test('a file that is wrong from the beginning is not opened', async (t) => {
  const web = await openWebConfig({
    file: 'web.yml',
    log: silent,
    readFile: async () => 'tls: {}',
    clock: seconds().clock,
  })
  t.deepEqual(
    web,
    E.left([
      'web.yml:1:1: tls: unknown setting, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit',
    ]),
  )
})

test('a changed file is read again, and only then', async (t) => {
  const { current, write, reads, lines } = await liveFiles(t, { 'web.yml': frame('deny') })
  const first = current()
  t.is(frameOf(first), 'deny')
  await write({})
  t.is(current(), first)
  t.is(reads(), 1)
  await write({ 'web.yml': frame('sameorigin') })
  t.is(frameOf(current()), 'sameorigin')
  t.is(reads(), 2)
  t.deepEqual(lines, ['level=info msg="web configuration reloaded" file=web.yml'])
})

test('a file system that hangs holds up nothing and changes nothing', async (t) => {
  let text = async () => frame('deny')
  let writes = 0
  const lines: string[] = []
  const { clock, second } = seconds()
  const log = createLog(
    () => ({ level: 'info', format: 'logfmt' }),
    (line) => lines.push(line.replace(/^ts=\S+ /, '')),
  )
  const web = await openWebConfig({
    file: 'web.yml',
    log,
    readFile: () => text(),
    stampOf: async () => `${writes}`,
    clock,
  })
  if (E.isLeft(web)) return t.fail(web.left.join())
  let fail: ((error: Error) => void) | undefined
  text = () =>
    new Promise((_, reject) => {
      fail = reject
    })
  writes += 1
  const looked = second()
  while (fail === undefined) await setImmediate()
  t.is(frameOf(web.right.current()), 'deny')
  t.deepEqual(lines, [])
  fail(Object.assign(new Error('late'), { code: 'no answer within 30 s' }))
  await looked
  t.is(frameOf(web.right.current()), 'deny')
  const wrong = 'level=error msg="invalid web configuration; the last valid one stays in use" faults='
  t.deepEqual(lines, [`${wrong}"web.yml: cannot be read (no answer within 30 s)"`])
  text = async () => frame('sameorigin')
  writes += 1
  await second()
  t.is(frameOf(web.right.current()), 'sameorigin')
})

test('what was stopped does not look any more', async (t) => {
  let cancelled = 0
  const web = await openWebConfig({
    file: 'web.yml',
    log: silent,
    readFile: async () => frame('deny'),
    clock: {
      setTimeout: () => () => {
        cancelled += 1
      },
    },
  })
  if (E.isLeft(web)) return t.fail(web.left.join())
  web.right.stop()
  t.is(cancelled, 1)
})

test('a file that has become invalid, or is gone, changes nothing, and is reported once', async (t) => {
  const { current, write, lines } = await liveFiles(t, { 'web.yml': frame('deny') })
  const first = current()
  await write({ 'web.yml': frame('never') })
  t.is(current(), first)
  await write({})
  t.is(current(), first)
  await write({ 'web.yml': `${frame('never')}\n` })
  t.is(current(), first)
  const wrong = 'level=error msg="invalid web configuration; the last valid one stays in use" faults='
  const never = `${wrong}"web.yml:1:49: http_server_config.headers.X-Frame-Options: \\"never\\" given, expected deny or sameorigin"`
  t.deepEqual(lines, [never])
  await write({ 'web.yml': undefined })
  t.is(current(), first)
  t.deepEqual(lines, [never, `${wrong}"web.yml: cannot be read (ENOENT)"`])
  await write({ 'web.yml': frame('sameorigin') })
  t.is(frameOf(current()), 'sameorigin')
  await write({ 'web.yml': frame('never') })
  current()
  t.deepEqual(lines.slice(2), ['level=info msg="web configuration reloaded" file=web.yml', never])
})

test('a renewed certificate is taken as soon as its key fits, without a word in the web file', async (t) => {
  const authority = await createAuthority('authority')
  const [old, renewed] = [await authority.issue('server'), await authority.issue('server')]
  const { current, write, lines } = await liveFiles(t, {
    'web.yml': 'tls_server_config: {cert_file: tls.crt, key_file: tls.key}',
    'tls.crt': old.cert,
    'tls.key': old.key,
  })
  await write({ 'tls.crt': renewed.cert })
  t.is(current().tls?.context.cert, old.cert)
  await write({ 'tls.key': renewed.key })
  t.is(current().tls?.context.cert, renewed.cert)
  t.deepEqual(lines, [
    'level=error msg="invalid web configuration; the last valid one stays in use" faults="web.yml:1:51: tls_server_config.key_file: does not fit the certificate of cert_file"',
    'level=info msg="web configuration reloaded" file=web.yml',
  ])
})

test('a file that is just being written admits no client', async (t) => {
  const { cert, key } = await (await createAuthority('authority')).issue('server')
  const whole = `tls_server_config: {cert_file: tls.crt, key_file: tls.key}\nbasic_auth_users: {demo: ${hash}}\n`
  const { current, write, lines } = await liveFiles(t, { 'web.yml': whole, 'tls.crt': cert, 'tls.key': key })
  const first = current()
  for (const part of [
    '',
    'tls_server_config: {cert_file: tls.crt, key_file: tls.key}',
    `basic_auth_users: {demo: ${hash}}`,
  ]) {
    await write({ 'web.yml': part })
    t.is(current(), first, part)
  }
  const wrong = 'level=error msg="invalid web configuration; the last valid one stays in use" faults='
  const noTls = 'web.yml: tls_server_config: turning TLS on or off takes a restart'
  const noUsers = 'web.yml: basic_auth_users: removing all users takes a restart'
  t.deepEqual(
    lines,
    [`${noTls}; ${noUsers}`, noUsers, noTls].map((faults) => `${wrong}${JSON.stringify(faults)}`),
  )
})

test('TLS cannot begin without a restart', async (t) => {
  const { cert, key } = await (await createAuthority('authority')).issue('server')
  const { current, write } = await liveFiles(t, { 'web.yml': '', 'tls.crt': cert, 'tls.key': key })
  await write({ 'web.yml': 'tls_server_config: {cert_file: tls.crt, key_file: tls.key}' })
  t.is(current().tls, undefined)
})

test('notices on disk what was written, replaced, or only has another time', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'web-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const [file, other] = [join(folder, 'web.yml'), join(folder, 'other.yml')]
  await writeFile(file, frame('deny'))
  await utimes(file, 1, 1)
  const { clock, second } = seconds()
  const web = await openWebConfig({ file, log: silent, clock })
  if (E.isLeft(web)) return t.fail(web.left.join())
  const later = async () => {
    await second()
    return frameOf(web.right.current())
  }
  t.is(await later(), 'deny')
  await writeFile(file, frame('sameorigin'))
  await utimes(file, 1, 1)
  t.is(await later(), 'sameorigin', 'another size')
  await writeFile(other, frame('deny      '))
  await utimes(other, 1, 1)
  await rename(other, file)
  t.is(await later(), 'deny', 'another file')
  await writeFile(file, frame('sameorigin'))
  t.is(await later(), 'sameorigin', 'another time')
  await rm(file)
  execFileSync('mkfifo', [file])
  t.is(await later(), 'sameorigin', 'a named pipe without a writer')
  await rm(file)
  await writeFile(file, frame('deny'))
  t.is(await later(), 'deny', 'a file again')
})
