import type { Steps } from '../status/service-status.js'
import { inOrderOfRequests, type State } from '../status/states.js'
import { type BodyPart, partOf } from '../toolkit/body.js'

/** What is written of states, kept as long as they are. */
export interface Written<A> {
  /** What `write` has made of this state under this key, in steps, shared by all requests. */
  readonly of: (state: State, key: string, write: () => Steps<A>) => Promise<A>
}

// The page has a language, an order and open services: of a state there are any number of pages.
const mostOfState = 4

/**
 * @example
 * const rows = createWritten<ReadonlyArray<BodyPart>>()
 * await rows.of(state, 'en', () => partsFrom(rowsOf(state.status)))
 */
export const createWritten = <A>(): Written<A> => {
  const ofStates = new WeakMap<State, Map<string, Promise<A>>>()
  return {
    of: (state, key, write) => {
      const ofState = ofStates.get(state) ?? new Map<string, Promise<A>>()
      ofStates.set(state, ofState)
      const writing = ofState.get(key) ?? inOrderOfRequests(write())
      // The least recently used one is first.
      ofState.delete(key)
      ofState.set(key, writing)
      const [oldest] = ofState.keys()
      if (ofState.size > mostOfState && oldest !== undefined) ofState.delete(oldest)
      // Memory may be short now, and not for the next response.
      writing.catch(() => ofState.delete(key))
      return writing
    },
  }
}

// Large enough to compress well, and soon encoded.
const lettersOfPart = 128 * 1024

/** Pieces of text as a few parts of a body; after each piece there is a pause. */
export function* partsFrom(pieces: Iterable<string>): Steps<ReadonlyArray<BodyPart>> {
  const parts: BodyPart[] = []
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length >= lettersOfPart) {
      parts.push(partOf(Buffer.from(text)))
      text = ''
    }
    yield
  }
  if (text !== '') parts.push(partOf(Buffer.from(text)))
  return parts
}
