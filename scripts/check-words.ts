// `npm run check:words`: reports words that this project's documents, comments and texts avoid. testing/words.ts lists them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Finding, findingsIn } from '../testing/words.js'

const root = resolve(import.meta.dirname, '..')

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

const printed = (file: string, { line, words, instead }: Finding): string => `${file}:${line}: "${words}": ${instead}`

const findings = files.flatMap((file) =>
  findingsIn(file, readFileSync(join(root, file), 'utf8')).map((finding) => printed(file, finding)),
)

for (const finding of findings) console.error(finding)
if (findings.length > 0) {
  console.error(
    'These words are not used here: see "English" in CONTRIBUTING.md. A word that has to stay is written as code.',
  )
  process.exitCode = 1
}
