import { readFile } from 'node:fs/promises'
import test from 'ava'
import { version } from '../src/version.js'

test('is what package.json says', async (t) => {
  const packageJson = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  t.true(packageJson.includes(`\n  "version": "${version}",\n`))
})
