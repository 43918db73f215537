import type { Asset } from '../status/assets.js'
import type { Route } from './route.js'

/** A file that the page loads. */
export const assetRoute =
  ({ contentType, content, hash }: Asset): Route =>
  ({ query }) => ({
    status: 200,
    contentType,
    body: content(),
    headers: {
      'x-content-type-options': 'nosniff',
      // An address with another hash, or with none, may mean something else tomorrow.
      'cache-control': query.get('v') === hash() ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
