import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { eventually } from '../../testing/eventually.js'
import { blocks, readme } from '../../testing/readme.js'
import { root } from '../../testing/start-process.js'
import { testWithPrometheus } from '../helpers/prometheus.js'
import { startStack } from '../helpers/stack.js'

const pages = ['docs/walkthrough.md', 'docs/walkthrough.zh-CN.md']
const pictures = readdirSync(join(root, 'docs/walkthrough')).toSorted()

const matches = (page: string, pattern: RegExp): ReadonlyArray<string> =>
  [...readme(page).matchAll(pattern)].map(([, group = '']) => group)

for (const page of pages) {
  test(`${page} shows every picture`, (t) => {
    t.deepEqual(matches(page, /!\[[^\]]+\]\(walkthrough\/([^)]+)\)/g).toSorted(), pictures)
  })
}

test('the pictures are small', (t) => {
  for (const picture of pictures) t.true(statSync(join(root, 'docs/walkthrough', picture)).size < 150_000, picture)
})

test('both languages show the same code', (t) => {
  const [english = '', chinese = ''] = pages
  t.deepEqual(blocks(readme(chinese)), blocks(readme(english)))
})

testWithPrometheus('every query brings something, until the cloud is broken', async (t) => {
  const queries = blocks(readme('docs/walkthrough.md')).flatMap(([language, code]) =>
    language === 'promql' ? [code] : [],
  )
  t.true(queries.length > 3)
  const { cloud, prometheus } = await startStack(t)
  for (const query of queries) {
    // Rates are there after two scrapes.
    await eventually(
      async () => ({ query, series: await prometheus.query(query) }),
      ({ series }) => series.length > 0,
    )
  }
  const [fault = ''] = matches('docs/walkthrough.md', /^curl -X PUT -d '(.+)' \$CLOUD\/__faults$/gm)
  t.is((await fetch(new URL('/__faults', cloud.url), { method: 'PUT', body: fault })).status, 200)
  await eventually(
    () => prometheus.query('alauda_up == 0'),
    ({ length }) => length === 1,
  )
})
