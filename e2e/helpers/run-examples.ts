// Runs the programs named on the command line, one after the other, and reports the successful ones to its parent.
import { pathToFileURL } from 'node:url'
import { register } from 'prom-client'

for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(file).href)
    process.send?.(file)
  } catch (error) {
    console.error(`${file}:`, error)
  }
  register.clear() // each program takes this registry for its own
}
// From now on only what a program left behind keeps this process from ending.
process.disconnect()
