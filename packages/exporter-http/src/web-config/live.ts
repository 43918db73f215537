import { statSync } from 'node:fs'
import { type Clock, systemClock } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import type { Log } from '../log.js'
import { codeOf, type ReadFile, readTextFileSync } from '../settings/files.js'
import type { Checked, Fault } from '../settings/setting.js'
import { readWebConfig, type WebConfig } from './web-config.js'

/** What the file says now. */
export interface LiveWebConfig {
  /** Looks at the files at most once a second, and reads them again when they have changed. Never throws. */
  readonly current: () => WebConfig
}

export interface LiveWebConfigOptions {
  readonly file: string
  readonly log: Log
  readonly readFile?: ReadFile
  /** Something that is another text when a file is another one. */
  readonly stampOf?: (path: string) => string
  readonly clock?: Pick<Clock, 'now'>
}

const lookEveryMs = 1000

/**
 * Opens the file, and tells what is wrong with it. From then on a file that has become wrong changes nothing: the last right
 * one stays. No timer and no watcher: who asks makes it look.
 *
 * @example
 * const web = openWebConfig({ file: 'web.yml', log }) // right({ current })
 */
export const openWebConfig = ({
  file,
  log,
  readFile = readTextFileSync,
  stampOf = stampOnDisk,
  clock = systemClock,
}: LiveWebConfigOptions): Checked<LiveWebConfig> => {
  let stamps: ReadonlyMap<string, string> = new Map()

  const read = (): Checked<WebConfig> => {
    const seen = new Map<string, string>()
    const config = readWebConfig(file, (path) => {
      // Before the file is read: what is written meanwhile is found the next time.
      seen.set(path, stampOf(path))
      return readFile(path)
    })
    stamps = seen
    return config
  }

  const opened = read()
  if (E.isLeft(opened)) return opened
  let config = opened.right
  let looked = clock.now()
  let told = ''

  const refuse = (faults: ReadonlyArray<Fault>): void => {
    const text = faults.join('; ')
    if (text !== told) log.error({ faults: text }, 'the web configuration is wrong; the last right one stays')
    told = text
  }

  const lookAgain = (): void => {
    if ([...stamps].every(([path, stamp]) => stampOf(path) === stamp)) return
    const next = read()
    const faults = E.isLeft(next) ? next.left : restartFaults(file, config, next.right)
    if (E.isLeft(next) || faults.length > 0) {
      refuse(faults)
      return
    }
    config = next.right
    told = ''
    log.info({ file }, 'the web configuration was read again')
  }

  return E.right({
    current: () => {
      const now = clock.now()
      // The machine's time may be set back.
      if (Math.abs(now - looked) >= lookEveryMs) {
        looked = now
        lookAgain()
      }
      return config
    },
  })
}

/** A file that is just being written may lack what protects the pages. Nobody is let in more easily for that. */
const restartFaults = (file: string, before: WebConfig, after: WebConfig): ReadonlyArray<Fault> => [
  ...((before.tls === undefined) === (after.tls === undefined)
    ? []
    : [`${file}: tls_server_config: to begin or to end with TLS takes a restart`]),
  ...(before.users.size > 0 && after.users.size === 0
    ? [`${file}: basic_auth_users: to let everyone in takes a restart`]
    : []),
]

const stampOnDisk = (path: string): string => {
  try {
    const { mtimeMs, size, ino } = statSync(path)
    return [mtimeMs, size, ino].join(' ')
  } catch (error) {
    return codeOf(error)
  }
}
