import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { defineConfig, type Options } from 'tsup'
import { binary, fpLicences, libraryWithFp, licencesOf } from '../../tsup.base.js'
import { bundle } from './src/status/bundle.js'

/** Puts the page's script and style into the package as they are served: what makes them of their sources stays behind. */
const withPage: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'page',
  setup: (build) => {
    build.onLoad({ filter: /status[\\/]bundle\.ts$/ }, () => ({
      contents: `const made = ${JSON.stringify(bundle())}\nexport const bundle = () => made`,
      loader: 'js',
    }))
  },
}

const modules = new URL('node_modules/', import.meta.url)

/** yaml as the ES modules that it has for browsers, of which a bundle takes the parser: all of CommonJS takes a tenth of a second. */
const yamlAsEsModules: typeof withPage = {
  name: 'yaml-as-es-modules',
  setup: (build) => {
    const path = fileURLToPath(new URL('yaml/browser/dist/index.js', modules))
    build.onResolve({ filter: /^yaml$/ }, () => ({ path, sideEffects: false }))
  },
}

/** The folder beside which pnpm puts what a package requires. */
const realFolder = (folder: URL): URL => pathToFileURL(`${realpathSync(folder)}/`)

const promClient = realFolder(new URL('prom-client', modules))
const tdigest = realFolder(new URL('../tdigest', promClient))

/** prom-client in one file with what it requires takes 35 ms to load, instead of 100. */
const promClientLicences = {
  'prom-client': new URL('LICENSE', promClient),
  '@opentelemetry/api': new URL('../@opentelemetry/api/LICENSE', promClient),
  tdigest: new URL('LICENSE', tdigest),
  bintrees: new URL('../bintrees/LICENSE', tdigest),
}

/** Lets the command run the library beside it: the package need not hold everything once more. */
const besideLibrary: typeof withPage = {
  name: 'beside-library',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/main\.js$/ }, () => ({ path: './index.js', external: true }))
  },
}

export default defineConfig([
  // In CommonJS a module's own address is made up, too.
  {
    ...libraryWithFp,
    shims: true,
    // One file, though prom-client in it runs only when it is needed. It requires modules of Node.js, as an ES module cannot.
    splitting: false,
    banner: ({ format }) =>
      format === 'esm'
        ? {
            js: "import { createRequire as requireFor } from 'node:module'\nconst require = requireFor(import.meta.url)",
          }
        : {},
    esbuildPlugins: [...(libraryWithFp.esbuildPlugins ?? []), withPage, yamlAsEsModules],
    footer: {
      js: licencesOf({
        ...fpLicences,
        ...promClientLicences,
        negotiator: new URL('negotiator/LICENSE', modules),
        yaml: new URL('yaml/LICENSE', modules),
      }),
    },
    // What the client does not publish is copied in, and what takes longer to find and load than to run.
    noExternal: [
      ...(libraryWithFp.noExternal ?? []),
      'negotiator',
      'prom-client',
      'yaml',
      /^@alauda-exporter\/alauda-client\//,
    ],
    esbuildOptions: (options) => {
      options.conditions = ['source']
    },
  },
  { ...binary, esbuildPlugins: [besideLibrary] },
])
