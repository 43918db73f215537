import * as E from 'fp-ts/lib/Either.js'
import { readTextFile, stampOf as stampOnDisk, withFiles } from '../config/files.js'
import { type Checked, checked, problemText } from '../config/problem.js'
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

  const hasChanged = async (): Promise<boolean> => {
    const now = await Promise.all([...stamps].map(async ([path, stamp]) => (await stampOf(path)) !== stamp))
    return now.includes(true)
  }

  const look = async (): Promise<void> => {
    if (await hasChanged()) {
      const next = E.chain((read: WebConfig) => withoutRestart(file, config, read))(await read())
      const problems = E.isLeft(next) ? next.left.map(problemText).join('; ') : ''
      if (E.isRight(next)) {
        config = next.right
        log.info({ file }, 'web configuration reloaded')
      } else if (problems !== reported) {
        log.error({ faults: problems }, 'invalid web configuration; the last valid one stays in use')
      }
      reported = problems
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
const withoutRestart = (file: string, before: WebConfig, after: WebConfig): Checked<WebConfig> =>
  checked((report) => {
    const refuse = (setting: string, what: string) => report({ origin: { file }, setting }, `${what} takes a restart`)
    if ((before.tls === undefined) !== (after.tls === undefined)) refuse('tls_server_config', 'turning TLS on or off')
    if (before.users.size > 0 && after.users.size === 0) refuse('basic_auth_users', 'removing all users')
    return after
  })
