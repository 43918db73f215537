import { type Asset, script, style } from '../status/assets.js'
import type { Methods, Route } from './route.js'

/** What the page loads, all of it from here. */
export const assetRoutes = (): ReadonlyArray<readonly [string, Methods]> =>
  [script, style].map((asset) => [asset.path, { GET: assetRoute(asset) }])

const assetRoute =
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
