import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as client from '@alauda-exporter/alauda-client'
import * as simulator from '@alauda-exporter/alauda-simulator'
import * as collector from '@alauda-exporter/collector'
import * as exporter from '@alauda-exporter/exporter-http'
import test, { type ExecutionContext } from 'ava'
import { build } from 'esbuild'
import { block, blocks, readme } from '../../testing/readme.js'
import { startProcess } from '../../testing/start-process.js'
import { compile, createProject, nodeOf, pack, packageNames } from '../helpers/packed.js'
import { run } from '../helpers/run.js'

const releases = ['20.19', '22', '24', '26']

// @prometheus-io/client does not run on Node.js 20.
const libraries: ReadonlyArray<{ readonly library: string; readonly on: ReadonlyArray<string> }> = [
  { library: 'prom-client@15', on: releases },
  { library: 'prom-client@14', on: ['20.19', '22', '24'] },
  { library: '@prometheus-io/client@0.16', on: ['22', '24', '26'] },
]

const sources: Readonly<Record<string, object>> = {
  'alauda-client': client,
  'alauda-simulator': simulator,
  collector,
  'exporter-http': exporter,
}

/** The collector's example that contains this. */
const exampleWith = (text: string): string =>
  blocks(readme('packages/collector/README.md')).find(([, code]) => code.includes(text))?.[1] ?? ''

const temporary = mkdtempSync(join(tmpdir(), 'packages-'))
const projectOf = (library: string) => join(temporary, library.replaceAll('/', '-'))
const project = projectOf('prom-client@15')
const installed = (name: string) => join(project, 'node_modules/@alauda-exporter', name)
const nodes = new Map<string, string>()

const node = (t: ExecutionContext, release: string): string => {
  const path = nodes.get(release)
  if (path === undefined) t.fail(`there is no Node.js ${release}`)
  return path ?? ''
}

test.before('the packages are packed and installed into projects of their own', async () => {
  const tarballs = await pack(join(temporary, 'tarballs'))
  for (const { library } of libraries) await createProject(projectOf(library), library, tarballs)
  for (const release of releases) nodes.set(release, await nodeOf(release))
})

test.after.always(() => rmSync(temporary, { recursive: true, force: true }))

for (const name of packageNames) {
  test(`${name} holds what is built and what is to be read, and nothing else`, (t) => {
    const files = readdirSync(installed(name), { recursive: true, encoding: 'utf8' })
    for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) t.true(files.includes(file), file)
    const expected =
      /^(dist(\/((index|cross-fetch)\.(js|cjs)(\.map)?|index\.d\.c?ts|(bin|platform-fetch)\.js(\.map)?))?|package\.json|LICENSE|\w+(\.zh-CN)?\.md)$/
    t.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    )
  })

  test(`${name}’s manifest names no sources, and is right about its files`, (t) => {
    const text = readFileSync(join(installed(name), 'package.json'), 'utf8')
    t.notRegex(text, /"source"|workspace:|catalog:|\.ts"(?<!\.d\.ts")/)
    const manifest: unknown = JSON.parse(text)
    t.like(manifest, { sideEffects: false, publishConfig: { access: 'public', provenance: true } })
    for (const [, file = ''] of text.matchAll(/"(\.\/[^"]+)"/g)) t.true(existsSync(join(installed(name), file)), file)
  })
}

for (const release of releases) {
  test(`import and require give on Node.js ${release} the names that the sources export`, async (t) => {
    const program = `
      const namesOf = async (name) => {
        const names = (exports) => Object.keys(exports).filter((key) => key !== 'default' && key !== 'module.exports').sort()
        return [name, { import: names(await import('@alauda-exporter/' + name)), require: names(require('@alauda-exporter/' + name)) }]
      }
      Promise.all(${JSON.stringify(packageNames)}.map(namesOf)).then((all) => console.log(JSON.stringify(Object.fromEntries(all))))`
    const given: unknown = JSON.parse(await run(node(t, release), ['--eval', program], project))
    const expected = packageNames.map((name) => {
      const names = Object.keys(sources[name] ?? {}).sort()
      return [name, { import: names, require: names }]
    })
    t.deepEqual(given, Object.fromEntries(expected))
  })

  test(`the commands run from the tarballs on Node.js ${release}`, async (t) => {
    const bin = join(project, 'node_modules/.bin')
    t.regex(
      await run(node(t, release), [join(bin, 'exporter-http'), '--version'], project),
      /^exporter-http \d+\.\d+\.\d+, /,
    )
    const args = ['--demo', '--web.listen-address=127.0.0.1:0']
    const demo = startProcess(t, node(t, release), [join(bin, 'exporter-http'), ...args], { cwd: project })
    const metrics = await demo.match(/scrape (http:\S+)/)
    await demo.match(/(the service list was read)/)
    t.regex(await (await fetch(metrics)).text(), /^alauda_up\{namespace="demo"\} 1$/m)
    const cloud = startProcess(t, node(t, release), [join(bin, 'alauda-simulator'), '--port', '0'], { cwd: project })
    t.is((await fetch(await cloud.match(/^(http:\S+)/m))).status, 404)
  })
}

for (const type of ['import', 'require'] as const) {
  test(`what is loaded by ${type} leaves node-fetch aside until a request needs it`, async (t) => {
    const program = `
      const show = () => console.log(Object.keys(require.cache).some((name) => name.includes('node-fetch')))
      const run = async ({ createAlaudaClient }) => {
        const call = (more) =>
          createAlaudaClient({ endpoint: 'http://127.0.0.1:1/', credentials: { token: 'any' }, maxRetries: 0, ...more })
            .profile()
            .then(show, show)
        await call({ fetch })
        await call({})
      }
      run(${type === 'import' ? 'await import' : 'require'}('@alauda-exporter/alauda-client'))`
    const wrapped = `const main = async () => {${program}}; main()`
    t.is(await run(process.execPath, ['--eval', wrapped], project), 'false\ntrue\n')
  })
}

// prom-client requires modules of Node.js, which a bundle can do only as CommonJS.
const bundled = [
  { format: 'esm', code: exampleWith('collector.expose()') },
  { format: 'cjs', code: `${block('ts')}\nregister.metrics().then(console.log)` },
] as const

for (const { format, code } of bundled) {
  test(`an example of the READMEs, bundled as ${format}, collects without a fetch of its own`, async (t) => {
    const cloud = await simulator.startSimulator()
    t.teardown(() => cloud.close())
    // Far from any node_modules.
    const outfile = join(temporary, `bundle.${format === 'esm' ? 'mjs' : 'cjs'}`)
    const stdin = { contents: code, loader: 'ts', resolveDir: project } as const
    await build({ stdin, bundle: true, platform: 'node', format, outfile, logLevel: 'silent' })
    const program = startProcess(t, process.execPath, [outfile], {
      cwd: temporary,
      env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' },
    })
    t.is(await program.match(/^alauda_up\{namespace="demo"\} (.*)$/m), '1')
    await program.match(/^alauda_instance_cpu_usage_seconds_total\{.*instance_name="kibana\.0"\} (\d)/m)
  })
}

test('npx finds the command', async (t) => {
  t.regex(await run('npx', ['--no-install', 'exporter-http', '--version'], project), /^exporter-http \d/)
})

// With `nodenext` the programs are compiled that run below.
for (const moduleResolution of ['node16', 'bundler'] as const) {
  test(`TypeScript finds all types with moduleResolution ${moduleResolution}`, async (t) => {
    await t.notThrowsAsync(compile(project, moduleResolution))
  })
}

for (const { library, on } of libraries) {
  test(`${library} shows the cloud’s metrics on Node.js ${on.join(', ')}, in ES modules and CommonJS`, async (t) => {
    await compile(projectOf(library), 'nodenext')
    for (const release of on) {
      for (const program of ['out/consumer.mjs', 'out/consumer.cjs']) {
        const written = await run(node(t, release), [program], projectOf(library))
        t.regex(written, /^own_total 1$/m)
        t.regex(written, /^alauda_up\{namespace="demo"\} 1$/m)
        t.regex(written, /^alauda_instance_cpu_usage_seconds_total\{.*instance_name="kibana\.0"\} \d/m)
        if (program.endsWith('.mjs')) t.regex(written, /^handler: 200, demo$/m)
      }
    }
  })
}
