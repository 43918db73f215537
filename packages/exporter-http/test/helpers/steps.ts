/** What work in steps gives, without a pause between them. */
export const finished = <A>(steps: Iterator<unknown, A>): A => {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}
