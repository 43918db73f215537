import { defineConfig } from 'tsup'
import { libraryWithFp } from '../../tsup.base.js'

export default defineConfig({
  ...libraryWithFp,
  // What these have is copied in: to import it would bring the whole client to those that only map snapshots.
  noExternal: [...(libraryWithFp.noExternal ?? []), /^@alauda-exporter\/alauda-client\//],
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})
