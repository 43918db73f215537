import { flagOf, report } from './suite/measured.js'

/** How long it takes to import `--module`, in milliseconds. */
const begun = performance.now()
await import(flagOf('module'))
report({ time: performance.now() - begun })
