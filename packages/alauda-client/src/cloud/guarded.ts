/**
 * A callback of the caller's that cannot harm: when it throws, or the promise that it gives rejects, that is a warning of the
 * process.
 *
 * @example
 * const onPage = guarded('onPage', async () => { throw new Error('oops') })
 * onPage() // (node:1) Error: oops
 */
export const guarded =
  <Args extends ReadonlyArray<unknown>>(name: string, callback: (...args: Args) => unknown) =>
  (...args: Args): void => {
    const warn = (reason: unknown): void =>
      process.emitWarning(reason instanceof Error ? reason : new Error(`${name} failed, and not with an Error`))
    try {
      Promise.resolve(callback(...args)).catch(warn)
    } catch (error) {
      warn(error)
    }
  }
