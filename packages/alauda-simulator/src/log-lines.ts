import { between, fraction } from './random.js'
import type { InstanceState } from './service-state.js'

/** A line of an instance's log. */
export interface LogLine {
  /** Seconds since the epoch. */
  readonly time: number
  readonly instance_id: string
  readonly message: string
}

/** An instance writes one line in each stretch. */
const stretchSeconds = 15

/** Maximum lines of an answer; older lines are dropped. */
const maxLines = 2_000

const requestPaths = ['/', '/health', '/api/status', '/search?q=error', '/static/app.js', '/login']

/** The instances' lines within [start, end], oldest first. */
export const logLines = (instances: ReadonlyArray<InstanceState>, start: number, end: number): LogLine[] => {
  const lines: LogLine[] = []
  const each = Math.ceil(maxLines / Math.max(1, instances.length))
  for (const { uuid, started_at } of instances) {
    const oldest = Math.max(start, started_at, end - each * stretchSeconds)
    for (let stretch = Math.floor(oldest / stretchSeconds); stretch * stretchSeconds <= end; stretch += 1) {
      const time = stretch * stretchSeconds + Math.floor(stretchSeconds * fraction([uuid, stretch, 'time']))
      if (time >= oldest && time <= end) lines.push({ time, instance_id: uuid, message: messageOf(uuid, stretch) })
    }
  }
  return lines.sort((a, b) => a.time - b.time).slice(-maxLines)
}

const messageOf = (uuid: string, stretch: number): string => {
  const key = [uuid, stretch]
  const path = requestPaths[Math.floor(requestPaths.length * fraction([...key, 'path']))]
  const status = fraction([...key, 'status']) < 0.03 ? 503 : 200
  return `GET ${path} ${status} ${between(1, 90, [...key, 'duration']).toFixed(1)}ms`
}
