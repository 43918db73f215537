import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.js'

export default defineConfig({
  ...library,
  // The checks of options are copied in: to import them would bring the whole client to those that only map snapshots.
  noExternal: ['@alauda-exporter/alauda-client/options'],
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})
