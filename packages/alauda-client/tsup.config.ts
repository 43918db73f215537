import { defineConfig } from 'tsup'
import { libraryWithOptions } from '../../tsup.base.js'

export default defineConfig(libraryWithOptions)
