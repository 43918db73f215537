import { setTimeout as delay } from 'node:timers/promises'
import type { AlaudaClient } from '@alauda-exporter/alauda-client'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import type { Fault, Simulator } from '@alauda-exporter/alauda-simulator'
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
    if (await hasDelayPassed(traffic)) {
      quiet = 0
      continue
    }
    if (clock.pending() === 0) throw new Error('nothing is on its way, nothing is due, and it is not done')
    clock.advance(Math.min(...clock.waits()))
    quiet = 0
  }
  return settled
}

/** Whether something came after as long as the cloud may delay an answer. */
const hasDelayPassed = async ({ cloud, client }: Traffic): Promise<boolean> => {
  const longestMs = cloud.faults.current.reduce((sum, fault) => sum + longestDelayMs(fault), 0)
  if (longestMs === 0) return false
  const answered = () => cloud.requests.filter(({ answeredAt }) => answeredAt !== undefined).length
  const before = answered()
  await delay(longestMs)
  return answered() > before || isOnItsWay({ cloud, client })
}

const longestDelayMs = (fault: Fault): number => {
  if (fault.kind === 'delay') return fault.ms
  return fault.kind === 'heavy-tailed-delay' ? (fault.maxMs ?? 60_000) : 0
}

/** Whether a request is out that will be answered: one that the cloud has, and lets hang, will not be. */
const isOnItsWay = ({ cloud, client }: Omit<Traffic, 'clock'>): boolean => {
  const { requests, requestsInFlight } = client.statistics()
  const givenUp = requests.reduce((sum, { code, count }) => sum + (gaveUp.has(code) ? count : 0), 0)
  const unanswered = cloud.requests.filter(({ answeredAt }) => answeredAt === undefined).length
  return requestsInFlight !== unanswered - givenUp
}

const gaveUp = new Set(['timeout', 'aborted'])
