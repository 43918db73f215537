import { readFileSync } from 'node:fs'
import type { Options } from 'tsup'

/** How every package's library is built: ESM, CommonJS and types from `src/index.ts`. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  target: 'node20',
  sourcemap: true,
  // TypeScript 6 calls an option deprecated that the declaration bundler still sets.
  dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, declarationMap: false, incremental: false } },
}

const clientModules = new URL('packages/alauda-client/node_modules/', import.meta.url)

/** The licences of libraries that a bundle copies. */
export const fpLicences: Readonly<Record<string, URL>> = {
  leven: new URL('leven/license', clientModules),
  'fp-ts': new URL('fp-ts/LICENSE', clientModules),
  'io-ts': new URL('io-ts/LICENSE', clientModules),
}

/** The licences of libraries, which accompany every copy of them; a comment each, so that a bundle of several packages has it once. */
export const licencesOf = (files: Readonly<Record<string, URL>>): string =>
  Object.entries(files)
    .map(([name, file]) => `/*!\nWith ${name}:\n${readFileSync(file, 'utf8').trim()}\n*/`)
    .join('\n')

/** fp-ts and io-ts as ES modules, of which a bundle takes what it uses: to load all of CommonJS takes longer than all else. */
const asEsModules: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'fp-ts-as-es-modules',
  setup: (build) => {
    build.onResolve({ filter: /^(fp-ts\/lib\/|io-ts$)/ }, ({ path, kind, resolveDir }) => {
      const module = path === 'io-ts' ? 'io-ts/es6/index.js' : path.replace('/lib/', '/es6/')
      return build.resolve(module.endsWith('.js') ? module : `${module}.js`, { kind, resolveDir })
    })
  },
}

/**
 * A library with what it uses of fp-ts, io-ts and leven. The last is an ES module: where `require` loads none, as in Jest, the
 * CommonJS copy must run too.
 */
export const libraryWithFp: Options = {
  ...library,
  noExternal: ['leven', 'fp-ts', 'io-ts'],
  esbuildPlugins: [asEsModules],
  footer: { js: licencesOf(fpLicences) },
}

/** How a package's command is built: one executable ES module from `src/bin.ts`. */
export const binary: Options = { entry: ['src/bin.ts'], format: ['esm'], target: 'node20', sourcemap: true }
