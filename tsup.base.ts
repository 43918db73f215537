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

// Its licence must accompany every copy.
const levenLicence = new URL('packages/alauda-client/node_modules/leven/license', import.meta.url)

/**
 * A library with the client's checks of options. They bundle leven, which is an ES module: where `require` loads none, as in Jest,
 * the CommonJS copy must run too.
 */
export const libraryWithOptions: Options = {
  ...library,
  footer: {
    js: `/*! With leven, https://github.com/sindresorhus/leven\n${readFileSync(levenLicence, 'utf8').trim()}\n*/`,
  },
}

/** How a package's command is built: one executable ES module from `src/bin.ts`. */
export const binary: Options = { entry: ['src/bin.ts'], format: ['esm'], target: 'node20', sourcemap: true }
