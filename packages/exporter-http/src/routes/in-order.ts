import { inSteps } from '@alauda-exporter/alauda-client/turns'
import { createTurns } from '../toolkit/turns.js'

const inTurn = createTurns(1)

/** As `inSteps`, for what people look at: one after the other, since all that are made at once are late. Scrapes do not wait for it. */
export const inOrderOfRequests = <A>(steps: Iterator<unknown, A>): Promise<A> => inTurn(undefined, () => inSteps(steps))
