// Looks at the packages as they would be published: what they hold, and whether every kind of import finds code and types.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tarballs-'))

/** Runs one of the workspace's tools, and shows what it says only when it fails. */
const passes = (tool: string, ...args: ReadonlyArray<string>): boolean => {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) console.error(`${tool} ${args.join(' ')}\n${stdout}${stderr}`)
  return status === 0
}

try {
  const pack = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]
  const isGood =
    passes(process.execPath, 'scripts/pnpm.js', ...pack) &&
    readdirSync(folder)
      .map((name) => join(folder, name))
      .flatMap((tarball) => [passes('publint', '--strict', tarball), passes('attw', '--no-color', tarball)])
      .every(Boolean)
  if (!isGood) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
