// Compiles the repository's TypeScript into `.compiled`, file by file: for the tests, and for the programs that they start.
// Only files whose content has changed are compiled again. A program is one file with all that it needs: it starts in half the time.
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, stop, transform, version } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const compiledFolder = join(root, '.compiled')

/** Where the compiled form of a file of the repository is. */
const compiledPath = (path) => join(compiledFolder, relative(root, path))

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === 'dist') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })

const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')

// Tests of another run may read the file at the same moment: it is replaced as a whole.
const replace = (file, text) => {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}

const options = {
  loader: 'ts',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'external',
  sourcesContent: false,
  tsconfigRaw: { compilerOptions: { target: 'ES2022', verbatimModuleSyntax: true, experimentalDecorators: true } },
}
const compiler = `${version}\n${readFileSync(import.meta.filename)}\n`

const modulePath = (source) => compiledPath(source).replace(/\.ts$/, '.js')
const stampOf = (source, code) => `// ${createHash('sha256').update(`${compiler}${source}\n${code}`).digest('hex')}\n`

/** Resolves with whether the file had changed. */
const compileFile = async (source) => {
  const code = readFileSync(source, 'utf8')
  const compiled = modulePath(source)
  const stamp = stampOf(source, code)
  if (textOf(compiled).endsWith(stamp)) return false
  const { href } = pathToFileURL(source)
  // What a module reads beside itself is beside its source.
  const define = {
    'import.meta.url': JSON.stringify(href),
    'import.meta.filename': JSON.stringify(source),
    'import.meta.dirname': JSON.stringify(dirname(source)),
  }
  const result = await transform(code, { ...options, define, sourcefile: href })
  replace(`${compiled}.map`, result.map)
  replace(compiled, `${result.code}//# sourceMappingURL=${basename(compiled)}.map\n${stamp}`)
  return true
}

const isProgram = (source) => basename(source) === 'bin.ts'

/** Leaves it where it is installed: of the deprecated modules that it uses Node.js warns anywhere else. */
const outside = (name) => ({
  name: 'outside',
  setup: ({ onResolve, resolve: find }) => {
    onResolve({ filter: new RegExp(`^${name}$`) }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === name) return undefined
      const found = await find(path, { resolveDir, kind, pluginData: name })
      return { path: found.path, external: true }
    })
  },
})

const bundleProgram = async (source) => {
  const contents = readFileSync(source, 'utf8')
  const { outputFiles } = await build({
    ...options,
    // Its modules are compiled: they know where their sources are.
    stdin: { contents, loader: 'ts', sourcefile: source, resolveDir: dirname(compiledPath(source)) },
    loader: {},
    bundle: true,
    write: false,
    platform: 'node',
    sourcemap: false,
    // It bundles the page's script when the page is asked for.
    external: ['esbuild'],
    plugins: [outside('cross-fetch')],
    // For the libraries in CommonJS.
    banner: {
      js: "import { createRequire as requireBeside } from 'node:module'\nconst require = requireBeside(import.meta.url)",
    },
  })
  for (const { text } of outputFiles) replace(modulePath(source), `${text}${stampOf(source, contents)}`)
}

const removeIfSourceIsGone = (compiled) => {
  const source = join(root, relative(compiledFolder, compiled)).replace(/\.js(\.map)?$/, '.ts')
  if (source.endsWith('.ts') && !existsSync(source)) rmSync(compiled, { force: true })
}

/** The compiled package's manifest: its exports and imports are its compiled modules. */
const writeManifest = (workspace) => {
  const manifest = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'))
  if (manifest.exports) {
    manifest.exports = { '.': './src/index.js', './*': './src/*.js', './package.json': './package.json' }
  }
  for (const [name, { source }] of Object.entries(manifest.imports ?? {})) {
    manifest.imports[name] = source.replace(/\.ts$/, '.js')
  }
  const file = compiledPath(join(workspace, 'package.json'))
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  if (textOf(file) !== text) replace(file, text)
}

const dependenciesIn = (folder) => {
  if (!existsSync(folder)) return []
  const namesIn = (path) => readdirSync(path).filter((name) => !name.startsWith('.'))
  return namesIn(folder).flatMap((name) =>
    name.startsWith('@') ? namesIn(join(folder, name)).map((scoped) => join(name, scoped)) : [name],
  )
}

const isInWorkspace = (path) =>
  !relative(root, path)
    .split(sep)
    .some((part) => part === '..' || part === 'node_modules')

/** The compiled package's dependencies: compiled packages of this workspace, and everything else where it is installed. */
const linkDependencies = (workspace) => {
  const installed = join(workspace, 'node_modules')
  const linked = compiledPath(installed)
  const names = dependenciesIn(installed)
  for (const name of dependenciesIn(linked)) if (!names.includes(name)) rmSync(join(linked, name))
  for (const name of names) {
    const target = realpathSync(join(installed, name))
    link(isInWorkspace(target) ? compiledPath(target) : target, join(linked, name))
  }
}

const link = (target, path) => {
  const current = lstatSync(path, { throwIfNoEntry: false })
  if (current && readlinkSync(path) === target) return
  if (current) rmSync(path)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path, 'junction')
}

/** Brings `.compiled` up to date. Rejects with esbuild's message when a file cannot be compiled. */
export const compile = async () => {
  const folders = ['packages', 'examples', 'e2e', 'bench', 'scripts', 'testing', 'deploy'].map((folder) =>
    join(root, folder),
  )
  const files = folders.flatMap(filesIn)
  for (const manifest of files.filter((file) => basename(file) === 'package.json')) {
    writeManifest(dirname(manifest))
    linkDependencies(dirname(manifest))
  }
  const sources = files.filter((file) => file.endsWith('.ts'))
  const changes = await Promise.all(sources.filter((source) => !isProgram(source)).map(compileFile))
  const programs = sources.filter(isProgram)
  const isOld = (program) => !textOf(modulePath(program)).endsWith(stampOf(program, readFileSync(program, 'utf8')))
  await Promise.all(programs.filter((program) => changes.includes(true) || isOld(program)).map(bundleProgram))
  for (const compiled of folders.map(compiledPath).flatMap(filesIn)) removeIfSourceIsGone(compiled)
  stop()
}

if (process.argv[1] === import.meta.filename) await compile()
