import type { FetchLike } from './transport.js'

/**
 * The platform's own `fetch`: for runtimes other than Node.js, and for bundles, which cannot hold node-fetch as an ES module.
 * It is looked up at each call, because tests and instrumentations replace it.
 */
export const platformFetch: FetchLike = (url, init) => fetch(url, init)
