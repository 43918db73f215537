import type { ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createLog } from '../../src/log.js'
import { type LiveWebConfig, openWebConfig } from '../../src/web-config/live.js'
import { readWebConfig } from '../../src/web-config/web-config.js'

/** Reads files by name; those that are not there fail as on a disk. */
export const readFrom =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
    return text
  }

/** Reads `web.yml` beside other files. */
export const readWeb = (text: string, files: Readonly<Record<string, string>> = {}) =>
  readWebConfig('web.yml', readFrom({ ...files, 'web.yml': text }))

export interface LiveFiles extends LiveWebConfig {
  /** Writes a file, or removes it, and lets a second pass. */
  readonly write: (files: Readonly<Record<string, string | undefined>>) => void
  readonly pass: (ms: number) => void
  /** How often a file was read. */
  readonly reads: () => number
  /** What was logged. */
  readonly lines: ReadonlyArray<string>
}

/** A web configuration whose files and whose time are the test's. */
export const liveFiles = (t: ExecutionContext, initially: Readonly<Record<string, string>>): LiveFiles => {
  const files: Record<string, string> = { ...initially }
  let now = 0
  let reads = 0
  const lines: string[] = []
  const log = createLog(
    () => ({ level: 'info', format: 'logfmt' }),
    (line) => lines.push(line.replace(/^ts=\S+ /, '')),
  )
  const readFile = (path: string) => {
    reads += 1
    return readFrom(files)(path)
  }
  const web = openWebConfig({
    file: 'web.yml',
    log,
    readFile,
    stampOf: (path) => files[path] ?? 'none',
    clock: { now: () => now },
  })
  if (E.isLeft(web)) return t.fail(web.left.join('\n'))
  const pass = (ms: number) => {
    now += ms
  }
  return {
    ...web.right,
    pass,
    reads: () => reads,
    lines,
    write: (changed) => {
      for (const [path, text] of Object.entries(changed)) {
        if (text === undefined) delete files[path]
        else files[path] = text
      }
      pass(1000)
    },
  }
}
