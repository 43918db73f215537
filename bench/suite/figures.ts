/** What is measured of this project and, in the same rounds, of a peer. Both have one value for each round. */
export interface Figure {
  /** What was measured: `CPU per instance, 1 000 instances`. */
  readonly what: string
  readonly unit: string
  readonly ours: ReadonlyArray<number>
  /** Absent where only this project is measured. */
  readonly peer?: { readonly name: string; readonly values: ReadonlyArray<number> }
  readonly goal?: Goal
}

/** `share`: ours ÷ the peer's, at most. `times`: the peer's ÷ ours, at least. `value`: ours, at most. */
export type Goal = { readonly of: 'share' | 'times' | 'value'; readonly limit: number }

/** A figure for each peer that was measured, with the goal beside its name, if there is one. */
export const compare = (
  what: string,
  unit: string,
  valuesOf: (name: string) => ReadonlyArray<number>,
  ours: string,
  peers: Readonly<Record<string, Goal | undefined>>,
): ReadonlyArray<Figure> =>
  Object.entries(peers).flatMap(([name, goal]) => {
    const values = valuesOf(name)
    if (values.length === 0) return []
    return [{ what, unit, ours: valuesOf(ours), peer: { name, values }, ...(goal === undefined ? {} : { goal }) }]
  })

/** Numbers as people write them: 10 000. */
export const thousands = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ')

/** A median, and the least and the greatest value. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const spreadOf = (values: ReadonlyArray<number>): Spread => {
  const inOrder = [...values].sort((a, b) => a - b)
  const at = (index: number) => inOrder[index] ?? Number.NaN
  const middle = (inOrder.length - 1) / 2
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(inOrder.length - 1) }
}

/** Whether the ratio is ours ÷ the peer's: small ones are good. */
export const isShare = (goal: Goal | undefined): boolean => goal !== undefined && goal.of !== 'times'

/** The ratio that the figure is judged by, in each round; absent without a peer. */
export const ratiosOf = ({ ours, peer, goal }: Figure): ReadonlyArray<number> | undefined =>
  peer?.values.map((theirs, round) => {
    const own = ours[round] ?? Number.NaN
    return isShare(goal) ? own / theirs : theirs / own
  })

/** Whether the median reaches the goal; absent without a goal. */
export const isReached = (figure: Figure): boolean | undefined => {
  const { goal, ours } = figure
  if (goal === undefined) return undefined
  const { median } = spreadOf(goal.of === 'value' ? ours : (ratiosOf(figure) ?? []))
  return goal.of === 'times' ? median >= goal.limit : median <= goal.limit
}

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** With three significant digits, and a space between thousands. */
export const shownNumber = (value: number): string => digits.format(value).replaceAll(',', ' ')

const shownSpread = (values: ReadonlyArray<number>, unit: string): string => {
  const { median, min, max } = spreadOf(values)
  const range = min === max ? '' : ` (${shownNumber(min)}–${shownNumber(max)})`
  return `${shownNumber(median)}${unit}${range}`
}

const shownGoal = ({ of, limit }: Goal, unit: string): string => {
  const shown = shownNumber(limit)
  return { share: `≤ ${shown}`, times: `≥ ${shown} ×`, value: `≤ ${shown}${unit}` }[of]
}

export const figureColumns = ['what', 'this project', 'peer', "the peer's", 'ratio', 'goal', 'reached'] as const

/** A figure as cells of {@link figureColumns}. */
export const cellsOf = (figure: Figure): ReadonlyArray<string> => {
  const { what, ours, peer, goal } = figure
  const unit = figure.unit === '' ? '' : ` ${figure.unit}`
  const ratios = ratiosOf(figure)
  const reached = isReached(figure)
  return [
    what,
    shownSpread(ours, unit),
    peer?.name ?? '',
    peer === undefined ? '' : shownSpread(peer.values, unit),
    ratios === undefined ? '' : shownSpread(ratios, isShare(goal) ? '' : ' ×'),
    goal === undefined ? '' : shownGoal(goal, unit),
    reached === undefined ? '' : reached ? 'yes' : 'no',
  ]
}
