import { defineConfig } from 'tsup'
import { fpLicences, libraryWithFp, licencesOf } from '../../tsup.base.js'

export default defineConfig({
  ...libraryWithFp,
  // What these have is copied in: to import it would bring the whole client to those that only map snapshots.
  // To find and load negotiator's files takes longer than to run them.
  noExternal: [...(libraryWithFp.noExternal ?? []), 'negotiator', /^@alauda-exporter\/alauda-client\//],
  footer: {
    js: licencesOf({ ...fpLicences, negotiator: new URL('node_modules/negotiator/LICENSE', import.meta.url) }),
  },
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})
