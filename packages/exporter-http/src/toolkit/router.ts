import type { Log } from '../log.js'
import { type Methods, plainText, type Respond, type Route, type WireResponse } from './handler.js'

/** Answers by the routes, which are found by their paths and methods. */
export const routed =
  (routes: ReadonlyMap<string, Methods>, log: Log): Respond =>
  async ({ method, path, ...request }) => {
    const methods = routes.get(path)
    if (methods === undefined) return plainText(404, 'There is nothing here. See / for what there is.')
    const route = routeFor(methods, method)
    if (route === undefined) {
      const allow = allowed(methods).join(', ')
      return plainText(405, `Answered here: ${allow}.`, { allow })
    }
    try {
      return await route(request)
    } catch (error) {
      log.error({ path, error: error instanceof Error ? error.message : 'unknown reason' }, 'a page could not be made')
      return plainText(500, 'This page could not be made; the log says why.')
    }
  }

const routeFor = ({ GET, POST }: Methods, method: string): Route<WireResponse> | undefined => {
  if (method === 'GET' || method === 'HEAD') return GET
  return method === 'POST' ? POST : undefined
}

const allowed = ({ GET, POST }: Methods): ReadonlyArray<string> => [
  ...(GET === undefined ? [] : ['GET', 'HEAD']),
  ...(POST === undefined ? [] : ['POST']),
]
