import { monitorEventLoopDelay } from 'node:perf_hooks'

// Loaded before a program that is measured. To every message it answers how long the longest block of the event loop since the last one
// was, in milliseconds.
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('message', () => {
  process.send?.(delay.max / 1e6)
  delay.reset()
})
process.channel?.unref()
