import type { Clock } from '@alauda-exporter/alauda-client'
import type { Family } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Log } from './log.js'
import { type Checked, type Problem, problem, problemText } from './settings/problem.js'
import type { Setting } from './settings/setting.js'
import { changedForRestart, type Settings } from './settings/settings.js'

export interface Reload {
  /** Reads the settings again and goes by them; when they are wrong, the old ones stay, and what is wrong is returned. */
  readonly reload: () => Promise<ReadonlyArray<Problem>>
  /** The metrics of the reload. */
  readonly families: () => ReadonlyArray<Family>
}

export const createReload = ({
  settings,
  readAgain,
  apply,
  onReloaded = () => {},
  clock,
  log,
}: {
  readonly settings: Settings
  readonly readAgain: () => Promise<Checked<Settings>>
  readonly apply: (settings: Settings) => void
  /** Receives the problems of each reload; none after a successful one. */
  readonly onReloaded?: (problems: ReadonlyArray<Problem>) => void
  readonly clock: Clock
  readonly log: Log
}): Reload => {
  let isSuccessful = true
  let lastSuccessTime = clock.now() / 1000

  const refuse = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> => {
    isSuccessful = false
    log.error({ faults: problems.map(problemText).join('; ') }, 'the settings are wrong; the old ones stay')
    onReloaded(problems)
    return problems
  }

  const once = async (): Promise<ReadonlyArray<Problem>> => {
    const next = pipe(
      await readAgain(),
      E.chain((read) => {
        const changed = changedForRestart(settings, read)
        return changed.length === 0 ? E.right(read) : E.left(changed.map(takesRestart))
      }),
    )
    if (E.isLeft(next)) return refuse(next.left)
    apply(next.right)
    isSuccessful = true
    lastSuccessTime = clock.now() / 1000
    log.info({ accounts: next.right.accounts.length }, 'the settings were read again')
    onReloaded([])
    return []
  }

  // One after another: what was read last is what counts.
  let last: Promise<ReadonlyArray<Problem>> = Promise.resolve([])

  return {
    reload: () => {
      last = last.then(once, once)
      return last
    },
    families: () => reloadFamilies({ isSuccessful, lastSuccessTime }),
  }
}

const takesRestart = ({ flag }: Setting<unknown>): Problem =>
  problem({ origin: 'command line', setting: `--${flag}` }, 'changed, which takes a restart')

/**
 * Whether and when the settings were right.
 *
 * @example
 * reloadFamilies({ isSuccessful: true, lastSuccessTime: 1_433_753_089 })
 */
export const reloadFamilies = ({
  isSuccessful,
  lastSuccessTime,
}: {
  readonly isSuccessful: boolean
  /** Seconds since the epoch. */
  readonly lastSuccessTime: number
}): ReadonlyArray<Family> => [
  {
    name: 'alauda_exporter_config_last_reload_successful',
    help: 'Whether the settings were right when they were last read: 1 for yes, 0 for no, and the old ones stayed.',
    type: 'gauge',
    labels: [],
    samples: [{ labels: {}, value: isSuccessful ? 1 : 0 }],
  },
  {
    name: 'alauda_exporter_config_last_reload_success_timestamp_seconds',
    help: 'When right settings were last read, in seconds since the epoch.',
    type: 'gauge',
    labels: [],
    samples: [{ labels: {}, value: lastSuccessTime }],
  },
]
