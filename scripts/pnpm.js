// Runs the pinned pnpm without asking that anyone has installed it: node scripts/pnpm.js <arguments of pnpm>
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

// npm hands its own settings and the running script's names to what it starts; to npx and pnpm they would mean something else.
const keptNpmSettings =
  /^npm_config_(registry|.*_registry|cache|userconfig|globalconfig|proxy|https?_proxy|noproxy|cafile|ca)$/i
const isForNpmAlone = (name) =>
  (/^npm_config_/i.test(name) && !keptNpmSettings.test(name)) || /^npm_(package|lifecycle)_/i.test(name)

export const runPnpm = (...args) => {
  const { packageManager } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
  const [nameAndVersion] = packageManager.split('+') // the hash is for Corepack; npm checks the archive against its registry
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForNpmAlone(name)))
  const { status, error } = spawnSync('npx', ['--yes', nameAndVersion, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32', // npx is a .cmd file there
  })
  if (error) throw error
  return status ?? 1
}

if (process.argv[1] === import.meta.filename) process.exitCode = runPnpm(...process.argv.slice(2))
