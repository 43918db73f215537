import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { DockerfileParser } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { root } from '../../testing/start-process.js'
import { exporterProgram, startExporter } from '../helpers/exporter.js'

// No image is built here: that takes an engine and the base images. What the file says is checked, and what can be run of it.
const text = readFileSync(join(root, 'deploy', 'docker', 'Dockerfile'), 'utf8')
const dockerfile = DockerfileParser.parse(text)
const [, served] = text.split(/^(?=FROM )/m).slice(1)
const last = DockerfileParser.parse(served ?? '')

const instruction = (keyword: string) => last.getInstructions().filter((found) => found.getKeyword() === keyword)

test('is a Dockerfile in which a linter finds nothing', (t) => {
  t.deepEqual(validate(text), [])
  t.is(validate('FORM node').length > 0, true)
})

test('copies what there is, and the context holds nothing else', (t) => {
  const copied = dockerfile
    .getCOPYs()
    .filter((copy) => copy.getFromFlag() === null)
    .flatMap((copy) => copy.getArguments().slice(0, -1))
    .map((source) => source.getValue())
  t.deepEqual(
    copied.filter((path) => !existsSync(join(root, path))),
    [],
  )
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'))
  t.is(patterns[0], '*')
  t.deepEqual(
    patterns
      .filter((pattern) => pattern.startsWith('!'))
      .map((pattern) => pattern.slice(1))
      .sort(),
    copied.sort(),
  )
})

test('runs the package’s command, as an unprivileged user, and passes signals on', (t) => {
  const { bin } = JSON.parse(readFileSync(join(root, 'packages/exporter-http/package.json'), 'utf8'))
  const [entrypoint] = last.getENTRYPOINTs().map((found) => found.getArgumentsContent() ?? '')
  // In exec form, which is JSON: there is no shell between the engine and the program.
  t.deepEqual(JSON.parse(entrypoint ?? ''), ['node', join('/app', bin['exporter-http'])])
  t.deepEqual(
    instruction('USER').map((user) => user.getArgumentsContent()),
    ['1000:1000'],
  )
})

test('names the port that is served by default', (t) => {
  const help = spawnSync(process.execPath, [exporterProgram, '--help'])
  const port = instruction('EXPOSE')[0]?.getArgumentsContent()
  t.truthy(port)
  t.regex(String(help.stdout), new RegExp(`:${port}\\b`))
})

test('the health check reports whether the exporter serves', async (t) => {
  const [check] = last.getHEALTHCHECKs().map((healthcheck) => healthcheck.getArgumentsContent() ?? '')
  const [command, ...args]: ReadonlyArray<string> = JSON.parse(check?.replace(/^CMD /, '') ?? '[]')
  t.is(command, 'node')
  const { exporter, url } = await startExporter(t, ['--demo', '--web.listen-address=127.0.0.1:0'])
  const { host } = new URL(url)
  const health = () => {
    const here = args.map((argument) => argument.replace('127.0.0.1:10104', host))
    t.notDeepEqual(here, args)
    return spawnSync(process.execPath, here).status
  }
  t.is(health(), 0)
  await exporter.stop()
  t.is(health(), 1)
})
