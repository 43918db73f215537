import { between, fraction } from './random.js'
import type { InstanceState } from './service-state.js'

/** One line that an instance wrote. `time`: seconds since the epoch. */
export interface LogLine {
  readonly time: number
  readonly instance_id: string
  readonly message: string
}

/** An instance writes a line in each stretch of so many seconds. */
const STRETCH = 15

/** A single answer holds no more than this; the newest lines win. */
export const MOST_LINES = 2_000

const PATHS = ['/', '/health', '/api/status', '/search?q=error', '/static/app.js', '/login']

/** What the instances wrote within [start, end], oldest first. */
export function logLines(instances: readonly InstanceState[], start: number, end: number): LogLine[] {
  const lines: LogLine[] = []
  const each = Math.ceil(MOST_LINES / Math.max(1, instances.length))
  for (const { uuid, started_at } of instances) {
    const oldest = Math.max(start, started_at, end - each * STRETCH)
    for (let stretch = Math.floor(oldest / STRETCH); stretch * STRETCH <= end; stretch += 1) {
      const time = stretch * STRETCH + Math.floor(STRETCH * fraction([uuid, stretch, 'time']))
      if (time >= oldest && time <= end) lines.push({ time, instance_id: uuid, message: messageOf(uuid, stretch) })
    }
  }
  return lines.sort((a, b) => a.time - b.time).slice(-MOST_LINES)
}

function messageOf(uuid: string, stretch: number): string {
  const key = [uuid, stretch]
  const path = PATHS[Math.floor(PATHS.length * fraction([...key, 'path']))]
  const status = fraction([...key, 'status']) < 0.03 ? 503 : 200
  return `GET ${path} ${status} ${between(1, 90, [...key, 'duration']).toFixed(1)}ms`
}
