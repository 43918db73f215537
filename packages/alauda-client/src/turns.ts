import { createList } from './list.js'

// Node accepts one connection in each turn of the event loop: a health check that comes with forty scrapes waits for forty steps.
const stepMs = 1

type Waiting = ReturnType<typeof createList<() => void>>

const long: Waiting = createList()

/** Of the answers of a collection there are always some: a scrape must not wait for all that have come before it. */
const texts: Waiting = createList()

/**
 * Yields to the rest of the program. All callers take turns: in each turn of the event loop one of the waiting ones continues.
 */
export const nextTurn = (): Promise<void> => turnIn(long)

const turnIn = (list: Waiting): Promise<void> =>
  new Promise((resolve) => {
    list.add(resolve)
    if (long.size() + texts.size() === 1) soon(letOneGoOn)
  })

let areTextsNext = true

const letOneGoOn = (): void => {
  areTextsNext = !areTextsNext
  const list = texts.size() > 0 && (areTextsNext || long.size() === 0) ? texts : long
  const first = list.first()
  if (first === undefined) return
  list.remove(first)
  if (long.size() + texts.size() > 0) soon(letOneGoOn)
  first.value()
}

const soon = (task: () => void): void => {
  // Timers that are due follow each other in Node without anything between them; elsewhere there may be nothing else.
  if (typeof setImmediate === 'function') setImmediate(task)
  else setTimeout(task)
}

// What takes about as long as a step, to parse and decode.
const mostLettersOfTurn = 65_536

// What a call takes beside, however short its answer is: of 32 answers that come at once, half wait for a turn. A collection that ten
// clients scrape then has half as many turns that take more than 6 ms of processor time.
const lettersOfCall = 4096

let lettersOfTurn = 0

/** Before a text is read that may have come with many others: yields when those of this turn of the event loop are enough for it. */
export const turnForText = ({ length }: string): Promise<void> | undefined => {
  if (lettersOfTurn === 0) {
    soon(() => {
      lettersOfTurn = 0
    })
  }
  lettersOfTurn += length + lettersOfCall
  return lettersOfTurn > mostLettersOfTurn ? turnIn(texts) : undefined
}

/** Between two steps of long work: a promise to wait for when the work has gone on for some milliseconds, else nothing. */
export const createBreath = (): (() => Promise<void> | undefined) => {
  let start = performance.now()
  const begin = () => {
    start = performance.now()
  }
  return () => (performance.now() - start > stepMs ? nextTurn().then(begin) : undefined)
}

/**
 * Calls `each` for all items in order, in steps of some milliseconds with a turn of the event loop between them: a list of a
 * million must not stop the program.
 *
 * @example
 * await inTurns([1, 2], (item, index) => console.log(index, item))
 */
export const inTurns = async <A>(items: Iterable<A>, each: (item: A, index: number) => void): Promise<void> => {
  const breathe = createBreath()
  let index = 0
  for (const item of items) {
    const pause = breathe()
    if (pause !== undefined) await pause
    each(item, index)
    index += 1
  }
}

/**
 * Runs a generator to its end as {@link inTurns} does, and gives what it returns: each `yield` is a place to pause. It begins in a
 * turn of its own, so that work that is asked for many times at once is not done at once.
 *
 * @example
 * await inSteps(function* () {
 *   first()
 *   yield
 *   return second()
 * }())
 */
export const inSteps = async <A>(steps: Iterator<unknown, A>): Promise<A> => {
  await nextTurn()
  return inGroups(steps, 1)
}

/**
 * As {@link inSteps}, of steps that are so short that many of them are one. It begins at once, and what has few steps ends in the turn of
 * the event loop in which it began.
 *
 * @example
 * await inShortSteps(function* () {
 *   for (const each of many) yield use(each)
 * }())
 */
export const inShortSteps = <A>(steps: Iterator<unknown, A>): Promise<A> => inGroups(steps, shortStepsAtOnce)

// They take some microseconds each, and to ask for the time takes as long as some of them.
const shortStepsAtOnce = 16

const inGroups = async <A>(steps: Iterator<unknown, A>, stepsAtOnce: number): Promise<A> => {
  const breathe = createBreath()
  let left = stepsAtOnce
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    left -= 1
    if (left > 0) continue
    left = stepsAtOnce
    const pause = breathe()
    if (pause !== undefined) await pause
  }
}
