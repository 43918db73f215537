import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { testWithPrometheus } from '../helpers/prometheus.js'
import { blocks, readme } from '../helpers/readme.js'
import { root } from '../helpers/start-process.js'

const pages = ['docs/walkthrough.md', 'docs/walkthrough.zh-CN.md']
const pictures = readdirSync(join(root, 'docs/walkthrough')).toSorted()

const matches = (page: string, pattern: RegExp): ReadonlyArray<string> =>
  [...readme(page).matchAll(pattern)].map(([, group = '']) => group)

for (const page of pages) {
  test(`${page} shows every picture, and all its links lead somewhere`, (t) => {
    t.deepEqual(matches(page, /!\[[^\]]+\]\(walkthrough\/([^)]+)\)/g).toSorted(), pictures)
    const links = matches(page, /\]\((?!https?:)([^)#]+)[^)]*\)/g)
    t.deepEqual(
      links.filter((link) => !existsSync(join(root, 'docs', link))),
      [],
    )
  })
}

test('the pictures are small', (t) => {
  for (const picture of pictures) t.true(statSync(join(root, 'docs/walkthrough', picture)).size < 150_000, picture)
})

test('both languages show the same code', (t) => {
  const [english = '', chinese = ''] = pages
  t.deepEqual(blocks(readme(chinese)), blocks(readme(english)))
})

testWithPrometheus('promtool accepts every query', async (t) => {
  const queries = pages.flatMap((page) =>
    blocks(readme(page)).flatMap(([language, code]) => (language === 'promql' ? code.trim().split('\n') : [])),
  )
  t.true(queries.length > 3)
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-walkthrough-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'rules.yml')
  const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }))
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ groups: [{ name: 'walkthrough', rules }] }))
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', '--lint=none', file], {
    encoding: 'utf8',
  })
  t.is(status, 0, `${stdout}${stderr}`)
})
