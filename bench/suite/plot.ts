/** Lines over two logarithmic axes. */
export interface Plot {
  /** The name of its file, without `.svg`. */
  readonly name: string
  readonly title: string
  readonly x: string
  readonly y: string
  readonly lines: ReadonlyArray<{ readonly name: string; readonly points: ReadonlyArray<readonly [number, number]> }>
}
