import type { AlaudaClient } from '@alauda-exporter/alauda-client'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import type { Simulator } from '@alauda-exporter/alauda-simulator'
import type { ManualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'

/** Whose requests go over a real network while time is moved by hand. */
interface Traffic {
  readonly clock: ManualClock
  readonly cloud: Simulator
  readonly client: AlaudaClient
}

// What follows an answer takes a few turns, and more where decoding it makes room for others. All tests of a file take turns in one
// queue: who has had this many turns has let all others have as many.
const turnsOfQuiet = 30

/**
 * What `promise` gives, and the time that it needs for it: as long as an answer is on its way the clock stands still, and when
 * nothing is, it moves to whatever is due next: a time-out of a call that hangs, the end of a wait, the next collection.
 * Everything happens at the time at which it would if answers took no time.
 */
export const inManualTime = async <A>(traffic: Traffic, promise: Promise<A>): Promise<A> => {
  const { clock } = traffic
  let isSettled = false
  const settled = promise.finally(() => {
    isSettled = true
  })
  for (let quiet = 0; !isSettled; ) {
    await nextTurn()
    quiet = isOnItsWay(traffic) ? 0 : quiet + 1
    if (quiet < turnsOfQuiet || isSettled) continue
    if (clock.pending() === 0) throw new Error('nothing is on its way, nothing is due, and it is not done')
    clock.advance(Math.min(...clock.waits()))
    quiet = 0
  }
  return settled
}

/** Whether a request is out that will be answered, or the cloud has yet to see that one that hangs was given up. */
const isOnItsWay = ({ cloud, client }: Traffic): boolean =>
  client.statistics().requestsInFlight !== cloud.requests.filter(({ isHanging }) => isHanging).length
