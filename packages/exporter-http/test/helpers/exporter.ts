import type { ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { type Exporter, startExporter } from '../../src/exporter.js'
import { createLog } from '../../src/log.js'
import { readSettings } from '../../src/settings/settings.js'
import { sources } from './sources.js'

/** Settings of an exporter in this process, as the command would get them. */
export interface Given {
  readonly environment?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, ReadonlyArray<string>>>
  /** What is in `exporter.yml`, which the exporter then reads. */
  readonly file?: unknown
}

export interface RunningExporter extends Exporter {
  /** What was logged, without the times. */
  readonly lines: ReadonlyArray<string>
  /** How often the settings were read, the first time included. */
  readonly reads: () => number
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
  /** A page, waiting for it as long as Prometheus would with this timeout: by default longer than a busy machine takes. */
  readonly page: (path?: string, timeoutSeconds?: number) => Promise<string>
  /** Scrapes until the page matches. */
  readonly pageWith: (pattern: RegExp) => Promise<string>
  /** Overwrites `exporter.yml`. */
  readonly write: (file: unknown) => void
  /** Asks for the new settings over HTTP. */
  readonly postReload: () => Promise<readonly [number, string]>
}

/** Starts an exporter on a free port of the loopback; it stops with the test. */
export const startTestExporter = async (
  t: ExecutionContext,
  { environment = {}, flags = {}, file }: Given,
): Promise<RunningExporter> => {
  const disk: Record<string, string> = {}
  const write = (content: unknown) => {
    disk['exporter.yml'] = textOf(content)
  }
  if (file !== undefined) write(file)
  const given = {
    'web.listen-address': ['127.0.0.1:0'],
    // Not a second collection while a busy machine still runs the test.
    ...(file === undefined || !textOf(file).includes('interval') ? { 'collect.interval': ['1h'] } : {}),
    ...(file === undefined ? {} : { 'config.file': ['exporter.yml'] }),
    ...flags,
  }
  let reads = 0
  const readAgain = async () => {
    reads += 1
    return readSettings(sources(environment, given, disk))
  }
  const read = await readAgain()
  if (E.isLeft(read)) throw new Error(`these settings should be right: ${read.left.join('; ')}`)
  let logSettings = read.right.log
  const lines: string[] = []
  const log = createLog(
    () => logSettings,
    (line) => lines.push(line.replace(/^ts=\S+ /, '')),
  )
  const onReload = (next: { readonly log: typeof logSettings }) => {
    logSettings = next.log
  }
  const exporter = await startExporter({ settings: read.right, log, readAgain, onReload })
  t.teardown(exporter.stop)
  // On a machine that stands still for seconds, a connection that is kept would be closed just when it is used again.
  const get = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('connection', 'close')
    return fetch(new URL(path, exporter.urls[0]), { ...init, headers })
  }
  const page = async (path = '/metrics', timeoutSeconds = 100) => {
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': String(timeoutSeconds) }
    return (await get(path, { headers })).text()
  }
  return {
    ...exporter,
    lines,
    reads: () => reads,
    get,
    page,
    pageWith: async (pattern) => {
      let last = await page()
      while (!pattern.test(last)) last = await page()
      return last
    },
    write,
    postReload: async () => {
      const response = await get('/-/reload', { method: 'POST' })
      return [response.status, await response.text()]
    },
  }
}

// All JSON is YAML.
const textOf = (content: unknown): string => (typeof content === 'string' ? content : JSON.stringify(content))
