import { createHash } from 'node:crypto'
import { paths, relative } from '../paths.js'
import { loadBundle } from '../status/bundle.js'

/** A file that the page needs, as it is served. */
export interface Asset {
  readonly path: string
  readonly contentType: string
  /** With the content in it, so that a browser may keep it for good and still gets the next one. */
  readonly url: () => string
  readonly content: () => string
  readonly hash: () => string
}

const asset = (path: string, contentType: string, content: () => string): Asset => {
  let known: string | undefined
  const hash = () => {
    known ??= createHash('sha256').update(content()).digest('base64url').slice(0, 16)
    return known
  }
  return { path, contentType, content, hash, url: () => `${relative(path)}?v=${hash()}` }
}

export const script = asset(paths.script, 'text/javascript; charset=utf-8', () => loadBundle().script)
export const style = asset(paths.style, 'text/css; charset=utf-8', () => loadBundle().style)
