import { defineConfig, type Options } from 'tsup'
import { binary, libraryWithFp } from '../../tsup.base.js'
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
    esbuildPlugins: [...(libraryWithFp.esbuildPlugins ?? []), withPage],
    // What the client does not publish is copied in.
    noExternal: [
      ...(libraryWithFp.noExternal ?? []),
      /^@alauda-exporter\/alauda-client\/(?:http\/decoded-body|limits\/semaphore|options|turns)$/,
    ],
    esbuildOptions: (options) => {
      options.conditions = ['source']
    },
  },
  { ...binary, esbuildPlugins: [besideLibrary] },
])
