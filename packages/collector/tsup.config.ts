import { defineConfig } from 'tsup'
import { libraryWithOptions } from '../../tsup.base.js'

export default defineConfig({
  ...libraryWithOptions,
  // What these have is copied in: to import it would bring the whole client to those that only map snapshots.
  noExternal: ['@alauda-exporter/alauda-client/options', '@alauda-exporter/alauda-client/turns'],
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})
