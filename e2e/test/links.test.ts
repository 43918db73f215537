import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import test from 'ava'
import { root } from '../../testing/start-process.js'

const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const pages = stdout
  .split('\0')
  .filter((name) => name !== '' && existsSync(resolve(root, name)))
  .map((name) => resolve(root, name))

const withoutCode = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^ *```.*?^ *```$/gms, '')
    .replace(/``.*?``|`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''))

/** What comes behind `#` in the address of each heading, as GitHub makes it. */
const anchorsOf = (page: string): ReadonlyArray<string> =>
  [...withoutCode(page).matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )

const isThere = (page: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : resolve(dirname(page), decodeURIComponent(path))
  return existsSync(target) && (anchor === undefined || anchorsOf(target).includes(decodeURIComponent(anchor)))
}

test('every file and heading that a page links to is there', (t) => {
  t.true(pages.length > 60)
  const links = pages.flatMap((page) =>
    [...withoutCode(page).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = '']) => ({ page, link })),
  )
  t.true(links.length > 300)
  t.deepEqual(
    links.filter(({ page, link }) => !isThere(page, link)).map(({ page, link }) => `${relative(root, page)}: ${link}`),
    [],
  )
})

test('docs/security.md has every setting that bounds something', (t) => {
  const settings = readFileSync(resolve(root, 'docs/configuration.md'), 'utf8')
  const bounds = [...settings.matchAll(/^\| `(--[\w.-]*(?:max-|timeout)[\w-]*)/gm)].map(([, flag = '']) => flag)
  t.true(bounds.length > 8)
  const bounded = readFileSync(resolve(root, 'docs/security.md'), 'utf8')
  t.deepEqual(
    bounds.filter((flag) => !bounded.includes(`\`${flag}\` |`)),
    [],
  )
})
