import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/start-process.js'
import { run } from './run.js'

const packagesFolder = join(root, 'packages')

export const packageNames = readdirSync(packagesFolder)

const newestIn = (folder: string): number =>
  Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => changed(join(folder, name))))

const changed = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0)

const isBuilt = (name: string): boolean => {
  const folder = join(packagesFolder, name)
  const sources = [
    newestIn(join(folder, 'src')),
    changed(join(folder, 'tsup.config.ts')),
    changed(join(root, 'tsup.base.ts')),
  ]
  return changed(join(folder, 'dist/index.d.cts')) > Math.max(...sources)
}

const pnpm = ['scripts/pnpm.js', '--recursive', '--filter', './packages/*']

/** Builds all packages if their sources are newer. */
export const buildPackages = async (): Promise<void> => {
  if (!packageNames.every(isBuilt)) await run(process.execPath, [...pnpm, 'run', 'build'], root)
}

/** Packs all packages as they are published, after a build if the sources are newer; the tarballs' paths. */
export const pack = async (folder: string): Promise<ReadonlyArray<string>> => {
  await buildPackages()
  mkdirSync(folder)
  await run(process.execPath, [...pnpm, 'pack', '--pack-destination', folder], root)
  return readdirSync(folder).map((name) => join(folder, name))
}

/** A project of its own, with a metrics library and all tarballs installed, and the programs of `e2e/consumers`. */
export const createProject = async (
  folder: string,
  library: string,
  tarballs: ReadonlyArray<string>,
): Promise<void> => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'a-service', version: '1.0.0', private: true }))
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  await run('npm', ['install', ...quietly, library, '@types/node@20', ...tarballs], folder)
  const [, libraryName = ''] = /^(.+)@/.exec(library) ?? []
  for (const name of ['consumer.mts', 'consumer.cts']) {
    cpSync(join(root, 'e2e/consumers', name), join(folder, name))
    const text = readFileSync(join(folder, name), 'utf8')
    writeFileSync(join(folder, name), text.replace("'prom-client'", `'${libraryName}'`))
  }
}

/** Compiles a project's programs strictly, with `nodenext` into `out`. */
export const compile = async (folder: string, moduleResolution: 'node16' | 'nodenext' | 'bundler'): Promise<void> => {
  const compilerOptions = {
    target: 'ES2022',
    module: moduleResolution === 'bundler' ? 'preserve' : moduleResolution,
    moduleResolution,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: moduleResolution === 'node16', // it checks what nodenext checks, and each check takes seconds
    outDir: 'out',
    noEmit: moduleResolution !== 'nodenext',
  }
  const config = join(folder, `tsconfig.${moduleResolution}.json`)
  writeFileSync(config, JSON.stringify({ compilerOptions, include: ['*.mts', '*.cts'] }))
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', config], folder)
}

/** The path of a release of Node.js. */
export const nodeOf = async (release: string): Promise<string> => {
  const exec = ['exec', '--yes', '--prefer-offline', `--package=node@${release}`, '--']
  return (await run('npm', [...exec, 'node', '--print', 'process.execPath'], packagesFolder)).trim()
}
