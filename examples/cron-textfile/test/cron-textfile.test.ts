import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Simulator, type SimulatorOptions, startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { root } from '../../../testing/start-process.js'

const example = resolve(root, 'examples/cron-textfile')

const startCloud = async (t: ExecutionContext, options: SimulatorOptions = {}): Promise<Simulator> => {
  const cloud = await startSimulator({ password: 'demo-secret', ...options })
  t.teardown(() => cloud.close())
  return cloud
}

const makeFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'cron-textfile-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** A folder with the command `exporter-http`, as npm installs it, but from its sources. */
const installExporter = async (t: ExecutionContext): Promise<string> => {
  const folder = await makeFolder(t)
  const bin = fileURLToPath(new URL('src/bin.js', import.meta.resolve('@alauda-exporter/exporter-http/package.json')))
  const run = `exec '${process.execPath}' '${bin}' "$@"`
  await writeFile(join(folder, 'exporter-http'), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
  return folder
}

interface Run {
  readonly cloud: Simulator
  readonly directory: string
}

const runScript = async (t: ExecutionContext, { cloud, directory }: Run) => {
  const { PATH, HOME } = process.env
  const env = {
    HOME,
    PATH: `${await installExporter(t)}${delimiter}${PATH}`,
    TEXTFILE_DIRECTORY: directory,
    ALAUDA_ENDPOINT: cloud.url,
    ALAUDA_USERNAME: 'demo',
    ALAUDA_PASSWORD: 'demo-secret',
  }
  const script = spawn('sh', ['alauda-textfile.sh'], { cwd: example, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(script, 'exit')
  const stderr = await text(script.stderr)
  return { status: (await exited)[0], stderr }
}

test('writes a page that promtool accepts, and nothing else', async (t) => {
  const [cloud, directory] = [await startCloud(t), await makeFolder(t)]
  t.deepEqual(await runScript(t, { cloud, directory }), { status: 0, stderr: '' })
  t.deepEqual(await readdir(directory), ['alauda.prom'])
  const file = join(directory, 'alauda.prom')
  t.is((await stat(file)).mode & 0o777, 0o644)
  const page = await readFile(file, 'utf8')
  t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
  t.regex(
    page,
    /^alauda_instance_memory_usage_bytes\{namespace="demo",service="kibana",instance_name="kibana\.0"\} \d+$/m,
  )
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })
  if (checked.error !== undefined) {
    t.falsy(process.env.E2E_REQUIRED, 'promtool is not on this machine')
    t.log('Without promtool, the page was not given to it.')
    return
  }
  t.is(checked.status, 0, checked.stdout + checked.stderr)
})

test('while the cloud fails, the last page stays as long as its values may be shown, and no longer', async (t) => {
  const [cloud, directory] = [await startCloud(t, { faults: [{ kind: 'login-refused' }] }), await makeFolder(t)]
  const file = join(directory, 'alauda.prom')
  await writeFile(file, 'alauda_up 1\n')
  const { status, stderr } = await runScript(t, { cloud, directory })
  t.is(status, 1)
  t.regex(stderr, /^exporter-http: demo: POST \S+generate-api-token/)
  t.notRegex(stderr, /demo-secret/)
  t.deepEqual(await readdir(directory), ['alauda.prom'])
  t.is(await readFile(file, 'utf8'), 'alauda_up 1\n')

  const tenMinutesAgo = Date.now() / 1000 - 600
  await utimes(file, tenMinutesAgo, tenMinutesAgo)
  t.is((await runScript(t, { cloud, directory })).status, 1)
  t.deepEqual(await readdir(directory), [])
})
