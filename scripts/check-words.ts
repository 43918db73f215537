// `npm run check:words`: reports words that this project's documents, comments and texts avoid. testing/words.ts lists them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Finding, findingsIn } from '../testing/words.js'

const root = resolve(import.meta.dirname, '..')

/** Folders that are not rewritten yet, with the number of findings that is still allowed: lower it, never raise it. */
const remaining: ReadonlyArray<readonly [folder: string, findings: number]> = [
  ['packages/exporter-http/src/', 4],
  ['packages/exporter-http/test/', 136],
]

const isChecked = (file: string): boolean =>
  (/\.(?:md|[cm]?[jt]s|ya?ml|sh|service)$|Dockerfile$/.test(file) || file.startsWith('.ci/')) &&
  !/^pnpm-lock|^testing\/words\.ts$|\/words\.test\.ts$|\.api\.md$/.test(file) &&
  existsSync(join(root, file))

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && isChecked(file))

const folderOf = (file: string): string => remaining.find(([folder]) => file.startsWith(folder))?.[0] ?? ''

const findings = files.flatMap((file) =>
  findingsIn(file, readFileSync(join(root, file), 'utf8')).map((finding) => ({ file, ...finding })),
)

const printed = ({ file, line, words, instead }: Finding & { readonly file: string }): string =>
  `${file}:${line}: "${words}": ${instead}`

const failures = [['', 0] as const, ...remaining].flatMap(([folder, allowed]) => {
  const found = findings.filter(({ file }) => folderOf(file) === folder)
  if (folder !== '') console.log(`${folder}: ${found.length} findings of at most ${allowed}`)
  return found.length > allowed ? found.map(printed) : []
})

for (const failure of failures) console.error(failure)
if (failures.length > 0) {
  console.error(
    'These words are not used here: see "English" in CONTRIBUTING.md. A word that has to stay is written as code.',
  )
  process.exitCode = 1
}
