import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { root } from '../../testing/start-process.js'
import { reportSkipped } from '../helpers/report-skipped.js'

const isInstalled = spawnSync('systemd-analyze', ['--version']).status === 0

if (!isInstalled)
  reportSkipped('systemd is not on this machine (on Debian: apt-get install systemd)', 'the tests of its unit')

const test = isInstalled ? anyTest : anyTest.skip

const unit = readFileSync(join(root, 'deploy', 'systemd', 'exporter-http.service'), 'utf8')

/** What `systemd-analyze` says of a unit. */
const analyze = async (t: ExecutionContext, text: string, ...args: ReadonlyArray<string>) => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-unit-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'exporter-http.service')
  await writeFile(file, text)
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('systemd finds nothing wrong with the unit', async (t) => {
  t.like(await analyze(t, unit, 'verify'), { status: 0, stderr: '' })
  // It ends well with mistakes too: what it writes is what counts.
  t.regex((await analyze(t, unit.replace('ProtectHome=', 'ProtectHomes='), 'verify')).stderr, /ProtectHomes/)
})

test('the service is exposed as little as its README says: at most 2 of 10', async (t) => {
  const review = ['security', '--offline=true', '--threshold=20']
  t.is((await analyze(t, unit, ...review)).status, 0)
  t.not((await analyze(t, unit.replaceAll(/^(?:DynamicUser|Capability|Protect).*$/gm, ''), ...review)).status, 0)
})

test('the unit starts the command that the package brings', (t) => {
  const { bin } = JSON.parse(readFileSync(join(root, 'packages/exporter-http/package.json'), 'utf8'))
  const command = /^ExecStart=\/usr\/bin\/env (\S+)/m.exec(unit)?.[1]
  t.deepEqual(Object.keys(bin), [command])
})

test('the README makes the files that the unit reads', (t) => {
  const readme = readFileSync(join(root, 'deploy', 'systemd', 'README.md'), 'utf8')
  const made = [...readme.matchAll(/\| sudo install -D -m 600 \/dev\/stdin (\S+)$/gm)].map(([, file]) => file)
  const read = [...unit.matchAll(/^(?:EnvironmentFile=|LoadCredential=\w+:)(\S+)$/gm)].map(([, file]) => file)
  t.deepEqual(made, read)
  t.is(made.length, 2)
})
