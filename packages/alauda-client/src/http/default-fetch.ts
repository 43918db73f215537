import type { FetchLike } from './transport.js'

let loaded: FetchLike | undefined

/**
 * The transport of a client without a `fetch` of its own. It is loaded with the first request, because node-fetch takes as long
 * to load as everything else; the package's `imports` choose it by the runtime.
 */
export const defaultFetch: FetchLike = async (url, init) => {
  loaded ??= (await import('#fetch')).platformFetch
  return loaded(url, init)
}
