import { createList } from './list.js'

// Node accepts one connection in each turn of the event loop: a health check that comes with forty scrapes waits for forty steps.
const stepMs = 1

const waiting = createList<() => void>()

/** Answers of the API that came with many others: of a collection's there are always some. */
const waitingTexts = createList<{ readonly letters: number; readonly read: () => void }>()

/**
 * Yields to the rest of the program. All callers take turns: in each turn of the event loop one of the waiting ones continues.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.add(resolve)
    beginTurns()
  })

const beginTurns = (): void => {
  if (waiting.size() + waitingTexts.size() === 1) soon(takeTurn)
}

let areTextsNext = true

// In turn, so that neither a scrape waits for all answers nor a collection for all scrapes.
const takeTurn = (): void => {
  areTextsNext = !areTextsNext
  if (waitingTexts.size() > 0 && (areTextsNext || waiting.size() === 0)) readWaitingTexts()
  else letOneGoOn()
  if (waiting.size() + waitingTexts.size() > 0) soon(takeTurn)
}

const letOneGoOn = (): void => {
  const first = waiting.first()
  if (first === undefined) return
  waiting.remove(first)
  first.value()
}

const soon = (task: () => void): void => {
  // Timers that are due follow each other in Node without anything between them; elsewhere there may be nothing else.
  if (typeof setImmediate === 'function') setImmediate(task)
  else setTimeout(task)
}

// What takes half as long as a step, to parse and decode: as many may be read when they come, and once more later in the same turn.
const mostLettersAtOnce = 32_768

// What a call takes beside, however short its answer is: no more than eight answers are read at once. A collection that ten clients
// scrape then has half as many turns that take more than 6 ms of processor time as with answers that count by their length alone.
const lettersOfCall = 4096

let lettersOfTurn = 0

/** Before a text is read that may have come with many others: yields when those of this turn of the event loop are enough for it. */
export const turnForText = ({ length }: string): Promise<void> | undefined => {
  const letters = length + lettersOfCall
  if (lettersOfTurn === 0) {
    soon(() => {
      lettersOfTurn = 0
    })
  }
  lettersOfTurn += letters
  if (lettersOfTurn <= mostLettersAtOnce && waitingTexts.size() === 0) return undefined
  return new Promise((read) => {
    waitingTexts.add({ letters, read })
    beginTurns()
  })
}

// Several in a turn: with a turn for each, a collection whose calls take 20 ms used a sixth more processor time.
const readWaitingTexts = (): void => {
  let letters = 0
  for (let first = waitingTexts.first(); first !== undefined; first = waitingTexts.first()) {
    // One, however long it is.
    if (letters > 0 && letters + first.value.letters > mostLettersAtOnce) break
    letters += first.value.letters
    waitingTexts.remove(first)
    first.value.read()
  }
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
