import { type Handler, plainText } from './handler.js'

/** The handlers of one path, by method. GET answers HEAD too. */
export type Methods = Readonly<Partial<Record<'GET' | 'POST', Handler>>>

export type Routes = ReadonlyMap<string, Methods>

export interface ErrorLog {
  readonly error: (fields: Readonly<Record<string, string>>, message: string) => void
}

/**
 * Finds the route by its path and method. A route that throws is answered 500 and reported.
 *
 * @example
 * routed(new Map([['/', { GET: page }]]), { error: (fields, message) => console.error(message, fields) })
 */
export const routed =
  (routes: Routes, log: ErrorLog): Handler =>
  async (request) => {
    const { method, path } = request
    const methods = routes.get(path)
    if (methods === undefined) return plainText(404, 'There is nothing here. See / for what there is.')
    const { GET, POST } = methods
    const route = new Map(Object.entries({ GET, HEAD: GET, POST })).get(method)
    if (route === undefined) {
      const allow = [...(GET === undefined ? [] : ['GET', 'HEAD']), ...(POST === undefined ? [] : ['POST'])].join(', ')
      return plainText(405, `Answered here: ${allow}.`, { allow })
    }
    try {
      return await route(request)
    } catch (error) {
      log.error({ path, error: error instanceof Error ? error.message : 'unknown reason' }, 'a page could not be made')
      return plainText(500, 'This page could not be made; the log says why.')
    }
  }

/**
 * The routes below a prefix, which is empty for none. The page's links are relative to `<prefix>/`: `<prefix>` and `/` redirect there.
 *
 * @example
 * prefixed('/exporter', new Map([['/', { GET: page }]])) // '/exporter/', and redirects from '/exporter' and '/'
 */
export const prefixed = (prefix: string, routes: Routes): Routes => {
  if (prefix === '') return routes
  const location = `${prefix}/`
  const redirect: Methods = { GET: async () => plainText(302, `The exporter is at ${location}.`, { location }) }
  return new Map([
    [prefix, redirect],
    ['/', redirect],
    ...[...routes].map(([path, methods]): [string, Methods] => [`${prefix}${path}`, methods]),
  ])
}
