import type { Route } from '../toolkit/handler.js'
import type { Asset } from './page-files.js'

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
