import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { collect } from '../../src/collect.js'
import type { AlaudaCalls } from '../../src/sources/cloud/calls.js'
import { cloudSource } from '../../src/sources/cloud/cloud.js'
import type { CollectOptions } from '../../src/sources/source.js'

type Options = Partial<CollectOptions> & { readonly intervalSeconds?: number }

/** A collection of the namespace `demo`, begun at 1000 s, that runs to its end. */
export const collecting = (client: AlaudaCalls, { intervalSeconds, ...options }: Options = {}) =>
  collect(
    cloudSource(client, { windowMs: 300_000, period: '1m' }),
    {
      namespace: 'demo',
      filter: () => true,
      maxInstances: 50_000,
      maxNameLength: 1024,
      labelKeys: [],
      maxAgeSeconds: 300,
      clock: manualClock(1_000_000),
      signal: new AbortController().signal,
      ...options,
    },
    intervalSeconds,
  )

/** What such a collection saw when it was done. */
export const collected = (client: AlaudaCalls, options: Partial<CollectOptions> = {}) =>
  collecting(client, options).done
