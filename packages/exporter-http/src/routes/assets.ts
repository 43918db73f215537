import { createHash } from 'node:crypto'
import { paths, relative } from '../paths.js'
import { loadBundle } from '../status/bundle.js'
import { type Handler, reply } from '../toolkit/handler.js'

/** A file that the page loads. Its bytes are made once, so that they are compressed once. */
export interface Asset {
  readonly contentType: string
  readonly content: () => Uint8Array
  readonly hash: () => string
  /** With the content's hash in it, so that a browser may keep it for good and still gets the next one. */
  readonly url: () => string
}

const asset = (path: string, contentType: string, read: () => string): Asset => {
  const content = once(() => Buffer.from(read()))
  const hash = once(() => createHash('sha256').update(content()).digest('base64url').slice(0, 16))
  return { contentType, content, hash, url: () => `${relative(path)}?v=${hash()}` }
}

const once = <A extends object | string>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => {
    made ??= make()
    return made
  }
}

export const script = asset(paths.script, 'text/javascript; charset=utf-8', () => loadBundle().script)
export const style = asset(paths.style, 'text/css; charset=utf-8', () => loadBundle().style)

export const assetRoute =
  ({ contentType, content, hash }: Asset): Handler =>
  async ({ query }) =>
    reply(200, contentType, content(), {
      'x-content-type-options': 'nosniff',
      // An address with another hash, or with none, may mean something else tomorrow.
      'cache-control': query.get('v') === hash() ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
