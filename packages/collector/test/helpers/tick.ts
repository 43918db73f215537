import { setImmediate } from 'node:timers/promises'

/** Lets all that is already settled take its course. */
export const tick = (): Promise<void> => setImmediate()
