import type { Clock } from '@alauda-exporter/alauda-client'
import type { Family } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Log } from './log.js'
import { reloadFamilies } from './metrics/exporter-families.js'
import type { Setting } from './settings/setting.js'
import { changedForRestart, type Settings } from './settings/settings.js'
import { type Checked, type Problem, problemText } from './toolkit/config/problem.js'

export interface Reload {
  /** Reloads the settings; if they are invalid, the previous ones stay in use, and their problems are returned. */
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
    log.error({ faults: problems.map(problemText).join('; ') }, 'invalid settings; the previous ones stay in use')
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
    log.info({ accounts: next.right.accounts.length }, 'settings reloaded')
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

const takesRestart = ({ flag }: Setting<unknown>): Problem => ({
  origin: 'command line',
  setting: `--${flag}`,
  what: 'changed, which takes a restart',
})
