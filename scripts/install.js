// Brings node_modules up to date before start, test, build and check, and costs nothing when it is. Needs Node and npm only.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runPnpm } from './pnpm.js'

const root = resolve(import.meta.dirname, '..')
const stampFile = join(root, 'node_modules', '.install-stamp')

const manifests = ['packages', 'examples']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')))
  .concat('package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'e2e/package.json', 'bench/package.json')
  .filter((file) => existsSync(join(root, file)))

const stamp = createHash('sha256')
stamp.update(process.version)
for (const file of manifests) stamp.update(file).update(readFileSync(join(root, file)))
const wanted = stamp.digest('hex')

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) {
  const status = runPnpm('install', '--frozen-lockfile')
  if (status === 0) writeFileSync(stampFile, wanted)
  else {
    console.error('Installing the dependencies failed; what pnpm said stands above.')
    process.exitCode = status
  }
}
