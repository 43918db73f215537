import { defineConfig } from 'tsup'
import { binary, library } from '../../tsup.base.js'

export default defineConfig([library, binary])
