import * as E from 'fp-ts/lib/Either.js'
import { readTextFile, stampOf as stampOnDisk, withFiles } from '../config/files.js'
import { type Checked, type Problem, problem, problemText } from '../config/problem.js'
import { readWebConfig, type WebConfig } from './web-config.js'

/** The web configuration, as the file has it now. */
export interface LiveWebConfig {
  /** The last valid one. */
  readonly current: () => WebConfig
  /** Stops checking the files. */
  readonly stop: () => void
}

export interface LiveWebConfigOptions {
  readonly file: string
  readonly log: Readonly<Record<'error' | 'info', (fields: Readonly<Record<string, string>>, message: string) => void>>
  readonly readFile?: (path: string) => Promise<string>
  /** A text that changes when the file does. Never rejects. */
  readonly stampOf?: (path: string) => Promise<string>
  readonly clock: { readonly setTimeout: (callback: () => void, ms: number) => () => void }
}

const lookEveryMs = 250

/**
 * Opens the file, or returns its problems. Then it checks the files four times a second and reloads changed ones; an invalid file
 * changes nothing: the last valid one stays. No request waits for a file.
 *
 * @example
 * const web = await openWebConfig({ file: 'web.yml', log, clock }) // right({ current, stop })
 */
export const openWebConfig = async ({
  file,
  log,
  readFile = readTextFile,
  stampOf = stampOnDisk,
  clock,
}: LiveWebConfigOptions): Promise<Checked<LiveWebConfig>> => {
  let stamps: ReadonlyMap<string, string> = new Map()

  const read = async (): Promise<Checked<WebConfig>> => {
    const seen = new Map<string, string>()
    const readStamped = async (path: string): Promise<string> => {
      // Before the file is read: what is written meanwhile is found the next time.
      seen.set(path, await stampOf(path))
      return readFile(path)
    }
    const config = await withFiles((readNow) => readWebConfig(file, readNow), readStamped)
    stamps = seen
    return config
  }

  const opened = await read()
  if (E.isLeft(opened)) return opened
  let config = opened.right
  let reported = ''
  let cancelNext = () => {}
  let isStopped = false

  const report = (problems: ReadonlyArray<Problem>): void => {
    const text = problems.map(problemText).join('; ')
    if (text !== reported) log.error({ faults: text }, 'invalid web configuration; the last valid one stays in use')
    reported = text
  }

  const hasChanged = async (): Promise<boolean> => {
    const now = await Promise.all([...stamps].map(async ([path, stamp]) => (await stampOf(path)) !== stamp))
    return now.includes(true)
  }

  const look = async (): Promise<void> => {
    if (await hasChanged()) {
      const next = await read()
      const problems = E.isLeft(next) ? next.left : restartProblems(file, config, next.right)
      if (E.isLeft(next) || problems.length > 0) {
        report(problems)
      } else {
        config = next.right
        reported = ''
        log.info({ file }, 'web configuration reloaded')
      }
    }
    if (!isStopped) lookLater()
  }

  const lookLater = (): void => {
    cancelNext = clock.setTimeout(() => void look(), lookEveryMs)
  }

  lookLater()
  return E.right({
    current: () => config,
    stop: () => {
      isStopped = true
      cancelNext()
    },
  })
}

/** A file that is being written may lack what protects the pages: access must not become easier by that. */
const restartProblems = (file: string, before: WebConfig, after: WebConfig): ReadonlyArray<Problem> => {
  const takesRestart = (setting: string, what: string) => problem({ origin: { file }, setting }, what)
  return [
    ...((before.tls === undefined) === (after.tls === undefined)
      ? []
      : [takesRestart('tls_server_config', 'turning TLS on or off takes a restart')]),
    ...(before.users.size > 0 && after.users.size === 0
      ? [takesRestart('basic_auth_users', 'removing all users takes a restart')]
      : []),
  ]
}
