import { defineConfig, type Options } from 'tsup'
import { binary, library } from '../../tsup.base.js'
import { bundle } from './src/status/bundle.js'

/** Puts the page's script and style into the package as they are served: what makes them of their sources stays behind. */
const withPage: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'page',
  setup: (build) => {
    build.onLoad({ filter: /status[\\/]bundle\.ts$/ }, () => ({
      contents: `const bundle = ${JSON.stringify(bundle())}\nexport const loadBundle = () => bundle`,
      loader: 'js',
    }))
  },
}

export default defineConfig([library, binary].map((options) => ({ ...options, esbuildPlugins: [withPage] })))
