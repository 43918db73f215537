import type { Clock } from '@alauda-exporter/alauda-client'
import { frozen } from '@alauda-exporter/alauda-client/frozen'
import type { Family } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Log } from './log.js'
import { reloadFamilies } from './own-metrics.js'
import { type Settings, withoutRestart } from './settings/settings.js'
import { type Checked, type Problem, problemText } from './toolkit/config/problem.js'

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
}) => {
  const stateOf = (state: Parameters<typeof reloadFamilies>[0]) => ({
    ...state,
    families: frozen(reloadFamilies(state)),
  })
  let state = stateOf({ isSuccessful: true, lastSuccessTime: clock.now() / 1000 })

  const refuse = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> => {
    state = stateOf({ ...state, isSuccessful: false })
    log.error({ faults: problems.map(problemText).join('; ') }, 'invalid settings; the previous ones stay in use')
    onReloaded(problems)
    return problems
  }

  const once = async (): Promise<ReadonlyArray<Problem>> => {
    const next = pipe(
      await readAgain(),
      E.chain((read) => withoutRestart(settings, read)),
    )
    if (E.isLeft(next)) return refuse(next.left)
    apply(next.right)
    state = stateOf({ isSuccessful: true, lastSuccessTime: clock.now() / 1000 })
    log.info({ accounts: next.right.accounts.length }, 'settings reloaded')
    onReloaded([])
    return []
  }

  // One after another: what was read last is what counts.
  let last: Promise<ReadonlyArray<Problem>> = Promise.resolve([])

  return {
    /** Reloads the settings; if they are invalid, the previous ones stay in use, and their problems are returned. */
    reload: (): Promise<ReadonlyArray<Problem>> => {
      last = last.then(once, once)
      return last
    },
    /** The metrics of the reload. */
    families: (): ReadonlyArray<Family> => state.families,
  }
}
