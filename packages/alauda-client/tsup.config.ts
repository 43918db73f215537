import { defineConfig } from 'tsup'
import { library } from '../../tsup.base.js'

// p-limit is an ES module only: built in, so that require() of the CommonJS build works everywhere.
export default defineConfig({ ...library, noExternal: ['p-limit'] })
