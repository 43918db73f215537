import { createHash } from 'node:crypto'
import { paths, relative } from '../paths.js'
import { bundle } from '../status/bundle.js'
import { type Handler, reply } from '../toolkit/handler.js'

/** A file that the page loads. */
interface Asset {
  readonly contentType: string
  readonly content: Uint8Array
  readonly hash: string
  /** Contains the hash of the content, so that a browser may keep it for good and still loads the next one. */
  readonly url: string
}

const asset = (path: string, contentType: string, text: string): Asset => {
  const content = Buffer.from(text)
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 16)
  return { contentType, content, hash, url: `${relative(path)}?v=${hash}` }
}

const makeAssets = () => {
  const { script, style } = bundle()
  return {
    script: asset(paths.script, 'text/javascript; charset=utf-8', script),
    style: asset(paths.style, 'text/css; charset=utf-8', style),
  }
}

type Assets = ReturnType<typeof makeAssets>

let made: Assets | undefined

/** Made for the first request, and once, so that they are compressed once. */
export const assets = (): Assets => {
  made ??= makeAssets()
  return made
}

export const assetRoute =
  (name: keyof Assets): Handler =>
  async ({ query }) => {
    const { contentType, content, hash } = assets()[name]
    return reply(200, contentType, content, {
      'x-content-type-options': 'nosniff',
      // An address with another hash, or with none, may have other content tomorrow.
      'cache-control': query.get('v') === hash ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }
