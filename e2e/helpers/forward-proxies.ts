import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { startProcess } from '../../testing/start-process.js'
import { reportSkipped } from './report-skipped.js'

const isInstalled = [
  ['squid', '-v'],
  ['tinyproxy', '-v'],
].every(([name = '', version = '']) => spawnSync(name, [version]).status === 0)

if (!isInstalled)
  reportSkipped('squid or tinyproxy is not on this machine (on Debian: apt-get install squid tinyproxy)')

/** `test`, where both proxies are. */
export const testWithProxies = isInstalled ? anyTest : anyTest.skip

export interface ForwardProxy {
  /** host:port */
  readonly address: string
  /** What it has logged of requests. */
  readonly log: () => string
}

export interface ProxyUser {
  readonly name: string
  readonly password: string
}

type Start = (t: ExecutionContext, user?: ProxyUser) => Promise<ForwardProxy>

const folderFor = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-proxy-'))
  // squid gives up the rights of root.
  await chmod(folder, 0o777)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** squid in the foreground, for this user only if there is one. It ends with the test. */
const startSquid: Start = async (t, user) => {
  const folder = await folderFor(t)
  const address = `127.0.0.1:${await freePort()}`
  const logFile = join(folder, 'access.log')
  const helper = join(folder, 'users.sh')
  const known = user && `${user.name} ${user.password}`
  await writeFile(helper, `while read -r given; do [ "$given" = '${known}' ] && echo OK || echo ERR; done\n`)
  const onlyUser = [
    `auth_param basic program /bin/sh ${helper}`,
    'acl user proxy_auth REQUIRED',
    'http_access allow user',
    'http_access deny all',
  ]
  const config = [
    `http_port ${address}`,
    'visible_hostname proxy.test',
    'pid_filename none',
    `access_log stdio:${logFile}`,
    `cache_log ${join(folder, 'cache.log')}`,
    `coredump_dir ${folder}`,
    'cache deny all',
    'pinger_enable off',
    'shutdown_lifetime 0 seconds',
    ...(user === undefined ? ['http_access allow all'] : onlyUser),
  ]
  const file = join(folder, 'squid.conf')
  await writeFile(file, `${config.join('\n')}\n`)
  const squid = startProcess(t, 'squid', ['-N', '-d1', '-f', file])
  await squid.match(/(Accepting HTTP Socket connections)/)
  return { address, log: () => readFileSync(logFile, 'utf8') }
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

/** tinyproxy, likewise. */
const startTinyproxy: Start = async (t, user) => {
  const folder = await folderFor(t)
  const port = await freePort()
  const file = join(folder, 'tinyproxy.conf')
  const config = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'MaxClients 100',
    'LogLevel Connect',
    ...(user === undefined ? [] : [`BasicAuth ${user.name} ${user.password}`]),
  ]
  await writeFile(file, `${config.join('\n')}\n`)
  const tinyproxy = startProcess(t, 'tinyproxy', ['-d', '-c', file])
  await tinyproxy.match(/(Reloading config file finished)/)
  await eventually(
    () => isListening(port),
    (is) => is,
  )
  return { address: `127.0.0.1:${port}`, log: tinyproxy.output }
}

export const forwardProxies = { squid: startSquid, tinyproxy: startTinyproxy } as const
