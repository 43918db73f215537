import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { type AlaudaSource, type CollectOptions, collect } from '../../src/collect.js'

/** A collection of the namespace `demo`, begun at 1000 s, that nobody ends before it is done. */
export const collecting = (source: AlaudaSource, options: Partial<CollectOptions> = {}) =>
  collect(source, {
    namespace: 'demo',
    windowMs: 300_000,
    period: '1m',
    maxInstances: 50_000,
    maxNameLength: 1024,
    maxAgeSeconds: 300,
    clock: manualClock(1_000_000),
    signal: new AbortController().signal,
    ...options,
  })

/** What such a collection saw when it was done. */
export const collected = (source: AlaudaSource, options: Partial<CollectOptions> = {}) =>
  collecting(source, options).done
