/** A promise that the test keeps when it wants to. */
export const promised = <A>(): { readonly promise: Promise<A>; readonly give: (value: A) => void } => {
  let give: (value: A) => void = () => {}
  const promise = new Promise<A>((resolve) => {
    give = resolve
  })
  return { promise, give }
}
