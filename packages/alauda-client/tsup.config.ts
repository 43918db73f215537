import { defineConfig, type Options } from 'tsup'
import { library, libraryWithFp } from '../../tsup.base.js'

/** Where modules are evaluated in a context of their own, as under Jest, CommonJS cannot import: it requires. */
const importsInCommonJs: NonNullable<Options['esbuildOptions']> = (options, { format }) => {
  if (format === 'cjs') options.supported = { 'dynamic-import': false }
}

export default defineConfig([
  // The runtime that loads the package chooses its `fetch`.
  { ...libraryWithFp, external: ['#fetch'], esbuildOptions: importsInCommonJs },
  { ...library, entry: ['src/http/cross-fetch.ts'], dts: false },
  { ...library, entry: ['src/http/platform-fetch.ts'], format: ['esm'], dts: false },
])
