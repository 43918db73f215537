import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import type { Log } from '../log.js'

/** The service manager that started the exporter. Its methods never reject, and notify in order. */
export interface ServiceManager {
  /** The exporter serves, after its start or after it has read its settings again. */
  readonly ready: (status: string) => Promise<void>
  readonly reloading: () => Promise<void>
  readonly stopping: () => Promise<void>
}

/**
 * Notifies systemd of the exporter's state if `NOTIFY_SOCKET` requests that; otherwise does nothing.
 *
 * Node.js has no datagram sockets of the kind that systemd listens on, so that systemd's own `systemd-notify` speaks for it. The
 * unit has to say `NotifyAccess=all`, as that is another process.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 * @example
 * const manager = createServiceManager({ environment: process.env, log })
 * await manager.ready('Serving on http://localhost:10104/')
 */
export const createServiceManager = ({
  environment,
  log,
  monotonicNanoseconds = process.hrtime.bigint,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly monotonicNanoseconds?: () => bigint
}): ServiceManager => {
  const { NOTIFY_SOCKET: socket, PATH: path = '' } = environment
  let isToldOf = false
  let last = Promise.resolve()

  const tell = async (socket: string, assignments: ReadonlyArray<string>): Promise<void> => {
    try {
      // The environment may hold a password.
      await run(await whereIs(command, path), assignments, {
        env: { NOTIFY_SOCKET: socket },
        timeout: longestMs,
        killSignal: 'SIGKILL',
      })
    } catch (error) {
      if (isToldOf) return
      isToldOf = true
      log.warn({ error: error instanceof Error ? error.message : 'unknown reason' }, 'cannot notify systemd')
    }
  }
  const notify = (...assignments: ReadonlyArray<string>): Promise<void> => {
    if (socket === undefined || socket === '') return Promise.resolve()
    last = last.then(() => tell(socket, assignments))
    return last
  }
  return {
    ready: (status) => notify('READY=1', `STATUS=${oneLine(status)}`),
    // The time lets systemd distinguish this reload from an earlier one that it requested (Type=notify-reload).
    reloading: () => notify('RELOADING=1', `MONOTONIC_USEC=${monotonicNanoseconds() / 1000n}`),
    stopping: () => notify('STOPPING=1', 'STATUS=Stopping'),
  }
}

// What is longer is cut off by what shows it.
const longestStatus = 500

const oneLine = (status: string): string =>
  status
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, longestStatus)
    .toWellFormed()

const command = 'systemd-notify'

const run = promisify(execFile)

// It waits until systemd has read what it says, up to five seconds.
const longestMs = 6000

/** The first file of this name that may be run, in the directories of a `PATH`. */
const whereIs = async (name: string, path: string): Promise<string> => {
  for (const directory of path.split(delimiter).filter(isAbsolute)) {
    const file = join(directory, name)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  throw new Error(`there is no ${name} in the directories of PATH`)
}
