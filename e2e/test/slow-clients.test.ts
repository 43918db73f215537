import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import { createAuthority } from '../../packages/exporter-http/test/helpers/certificates.js'
import { startServing } from '../../packages/exporter-http/test/helpers/command.js'
import { askWithTls } from '../../packages/exporter-http/test/helpers/tls-client.js'
import { startCloudOf } from '../helpers/hostile-names.js'
import { closed, openSocket } from '../helpers/raw-http.js'

/** The exporter's own process with its own limits, at two addresses. */
const startAtTwo = async (t: ExecutionContext, ...flags: ReadonlyArray<string>) => {
  const environment = await startCloudOf(t, ['web'])
  const exporter = await startServing(t, environment, '--web.listen-address=localhost:0', ...flags)
  const urls = /urls="([^"]+)"/.exec(exporter.stderr())?.[1]?.split(' ') ?? []
  t.is(urls.length, 2)
  return { urls, stderr: exporter.stderr }
}

/** Sends these bytes one at a time, again and again, as long as anybody takes them. */
const drip = (t: ExecutionContext, sockets: ReadonlyArray<Socket>, bytes: Buffer): void => {
  let sent = 0
  const timer = setInterval(() => {
    const byte = bytes.subarray(sent % bytes.length, (sent % bytes.length) + 1)
    for (const socket of sockets) if (socket.writable) socket.write(byte)
    sent += 1
  }, 200)
  t.teardown(() => clearInterval(timer))
}

const many = 50

const openMany = async (t: ExecutionContext, url: string): Promise<ReadonlyArray<Socket>> => {
  const sockets = Array.from({ length: many }, () => openSocket(t, url).resume())
  await Promise.all(sockets.map((socket) => once(socket, 'connect')))
  return sockets
}

const begun = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')

test('clients that send nothing, or a byte at a time, are disconnected at each address, and keep no others out', async (t) => {
  const { urls } = await startAtTwo(t)
  const all: Socket[] = []
  for (const url of urls) {
    const [silent, slow] = [await openMany(t, url), await openMany(t, url)]
    for (const socket of slow) socket.write(begun)
    drip(t, slow, Buffer.from('a'))
    all.push(...silent, ...slow)
  }
  for (const url of urls) t.regex(await (await fetch(`${url}metrics`)).text(), /^alauda_up\{namespace="demo"\} 1$/m)
  t.true(
    all.some((socket) => !socket.closed),
    'they were there meanwhile',
  )
  await Promise.all(all.map(closed))
  for (const url of urls) t.is((await fetch(`${url}metrics`)).status, 200)
})

// The beginning of a ClientHello of 512 bytes.
const hello = Buffer.from('16030102000100', 'hex')

test('nor does a TLS handshake that never ends, or a request that never does after one', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-slow-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const authority = await createAuthority('authority')
  const names = [
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ] as const
  const { cert, key } = await authority.issue('exporter', { names })
  const file = join(folder, 'web.yml')
  await writeFile(file, JSON.stringify({ tls_server_config: { cert, key } }))
  const { urls } = await startAtTwo(t, `--web.config.file=${file}`)

  const ca = authority.cert
  const metrics = async (url: string) => (await askWithTls(`${url}metrics`, { ca })).status
  const all: Socket[] = []
  for (const url of urls) {
    const [silent, halfway, slow] = [await openMany(t, url), await openMany(t, url), await openMany(t, url)]
    for (const socket of halfway) socket.write(hello)
    drip(t, slow, Buffer.concat([hello, Buffer.alloc(505)]))
    const raw = await openMany(t, url)
    const shaken = raw.map((socket) => connectTls({ socket, ca, checkServerIdentity: () => undefined }))
    await Promise.all(shaken.map((socket) => once(socket.on('error', () => {}).resume(), 'secureConnect')))
    for (const socket of shaken) socket.write(begun)
    drip(t, shaken, Buffer.from('a'))
    all.push(...silent, ...halfway, ...slow, ...shaken)
  }
  for (const url of urls) t.is(await metrics(url), 200)
  t.true(
    all.some((socket) => !socket.closed),
    'they were there meanwhile',
  )
  await Promise.all(all.map(closed))
  for (const url of urls) t.is(await metrics(url), 200)
})
