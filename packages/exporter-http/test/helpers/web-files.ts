import type { Clock } from '@alauda-exporter/alauda-client'
import type { ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createLog } from '../../src/log.js'
import type { LiveWebConfig } from '../../src/toolkit/web-config/live.js'
import { openWebConfig, readWebConfig } from './texts.js'

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
  readonly write: (files: Readonly<Record<string, string | undefined>>) => Promise<void>
  /** How often a file was read. */
  readonly reads: () => number
  /** What was logged. */
  readonly lines: ReadonlyArray<string>
}

/** A web configuration whose files and whose time are the test's. */
export const liveFiles = async (
  t: ExecutionContext,
  initially: Readonly<Record<string, string>>,
): Promise<LiveFiles> => {
  const files: Record<string, string> = { ...initially }
  const { clock, second } = seconds()
  let reads = 0
  const lines: string[] = []
  const log = createLog(
    () => ({ level: 'info', format: 'logfmt' }),
    (line) => lines.push(line.replace(/^ts=\S+ /, '')),
  )
  const readFile = async (path: string) => {
    reads += 1
    return readFrom(files)(path)
  }
  const web = await openWebConfig({
    file: 'web.yml',
    log,
    readFile,
    stampOf: async (path) => files[path] ?? 'none',
    clock,
  })
  if (E.isLeft(web)) return t.fail(web.left.join('\n'))
  return {
    ...web.right,
    reads: () => reads,
    lines,
    write: async (changed) => {
      for (const [path, text] of Object.entries(changed)) {
        if (text === undefined) delete files[path]
        else files[path] = text
      }
      await second()
    },
  }
}

/** A clock for what looks every second: `second` lets one pass, and resolves when it has looked. */
export const seconds = () => {
  let begin = () => {}
  let looked = () => {}
  const clock: Pick<Clock, 'setTimeout'> = {
    setTimeout: (callback, ms) => {
      if (ms !== 250) throw new RangeError(`${ms} ms given, expected 250 ms`)
      begin = callback
      looked()
      return () => {
        begin = () => {}
      }
    },
  }
  const second = (): Promise<void> =>
    new Promise((resolve) => {
      looked = resolve
      begin()
    })
  return { clock, second }
}
