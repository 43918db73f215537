import type { Figure } from './figures.js'
import type { Plot } from './plot.js'

/** How much to measure. */
export interface BenchOptions {
  /** The sizes to measure; absent for all of the bench. */
  readonly sizes?: ReadonlyArray<number> | undefined
  /** How often each subject is measured. */
  readonly rounds: number
  /** A run of a few seconds: small sizes, few rounds. */
  readonly isShort: boolean
}

/** What a bench found out. */
export interface Result {
  readonly figures: ReadonlyArray<Figure>
  /** What a reader of the figures has to know: peers that are missing, and what the figures leave out. */
  readonly notes: ReadonlyArray<string>
  readonly plots?: ReadonlyArray<Plot>
}

export type Bench = (options: BenchOptions) => Promise<Result>
