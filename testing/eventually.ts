import { setTimeout as delay } from 'node:timers/promises'

/** What `read` gives as soon as `isRight` holds of it; fails with the last thing read when that takes too long. */
export const eventually = async <A>(
  read: () => Promise<A>,
  isRight: (value: A) => boolean,
  withinSeconds = 120,
): Promise<A> => {
  const end = Date.now() + withinSeconds * 1000
  for (;;) {
    const value = await read()
    if (isRight(value)) return value
    if (Date.now() > end) throw new Error(`not within ${withinSeconds} s; last: ${JSON.stringify(value)}`)
    await delay(200)
  }
}
