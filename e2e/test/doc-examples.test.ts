import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { root } from '../../testing/start-process.js'
import { compileFaults, runFaults, writeExamples } from '../helpers/doc-examples.js'
import { pageExamples } from '../helpers/example.js'
import { publicSymbols } from '../helpers/public-symbols.js'

const packages = readdirSync(join(root, 'packages'))
const pages = ['docs/embedding.md', ...packages.map((name) => `packages/${name}/README.md`)].filter((page) =>
  existsSync(join(root, page)),
)
const symbols = publicSymbols(packages)
const examples = [...symbols.flatMap((symbol) => symbol.examples), ...pages.flatMap(pageExamples)]

const folder = await writeExamples(examples)
test.after.always(() => rm(folder, { recursive: true, force: true }))

test('everything public has a docstring', (t) => {
  t.deepEqual(
    symbols.filter(({ isDocumented }) => !isDocumented).map(({ name }) => name),
    [],
  )
  t.deepEqual(
    symbols.flatMap(({ undocumentedMembers }) => undocumentedMembers),
    [],
  )
})

test('every public function, constant and class has an example', (t) => {
  t.deepEqual(
    symbols.filter((symbol) => symbol.isValue && symbol.examples.length === 0).map(({ name }) => name),
    [],
  )
  t.deepEqual(
    symbols.filter((symbol) => symbol.examples.length !== symbol.exampleTags).map(({ name }) => name),
    [],
    'an example is code between ```ts and ```',
  )
})

test('the pages in Chinese show the same code', (t) => {
  for (const page of pages) {
    const translated = page.replace(/md$/, 'zh-CN.md')
    if (!existsSync(join(root, translated))) continue
    const codes = (file: string) => pageExamples(file).map(({ code }) => code)
    t.deepEqual(codes(translated), codes(page))
  }
})

test.serial('the examples compile', (t) => {
  const files = examples.map(({ file }) => file)
  t.deepEqual(compileFaults(folder, files), [])
})

test.serial('the examples run', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const env = {
    ALAUDA_ENDPOINT: cloud.url,
    ALAUDA_USERNAME: 'demo',
    ALAUDA_PASSWORD: 'demo',
    ALAUDA_NAMESPACE: 'demo',
  }
  const files = examples.filter(({ runs }) => runs).map(({ file }) => file)
  t.true(files.length > 40)
  const half = Math.ceil(files.length / 2)
  const parts = [files.slice(0, half), files.slice(half)]
  const faults = await Promise.all(parts.map((part) => runFaults(folder, part, env)))
  t.deepEqual(faults.flat(), [])
})
