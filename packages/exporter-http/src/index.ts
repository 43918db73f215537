// What this package promises to keep.
export type { Io } from './commands/io.js'
export { main } from './main.js'
