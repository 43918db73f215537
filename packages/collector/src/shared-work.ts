/** Shares work that is under way with whoever asks for it with the same inputs; finished work is not kept. */
export const createSharedWork = <A>() => {
  let underWay: { readonly inputs: ReadonlyArray<unknown>; readonly result: Promise<A> } | undefined
  return (inputs: ReadonlyArray<unknown>, work: () => Promise<A>): Promise<A> => {
    if (underWay !== undefined && isSame(underWay.inputs, inputs)) return underWay.result
    const begun = { inputs, result: work() }
    underWay = begun
    const forget = () => {
      if (underWay === begun) underWay = undefined
    }
    begun.result.then(forget, forget)
    return begun.result
  }
}

export const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])
