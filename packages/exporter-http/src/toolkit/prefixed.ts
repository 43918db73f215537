import { paths } from '../paths.js'
import { type Methods, plainText } from './handler.js'

/**
 * The routes below a prefix, which is empty for none. Without its last `/` the page would not find what it links to: from
 * there, and from `/`, browsers are led to it.
 *
 * @example
 * prefixed('/exporter', new Map([['/', { GET: page }]])) // '/exporter/', and redirects from '/exporter' and '/'
 */
export const prefixed = (prefix: string, routes: ReadonlyMap<string, Methods>): ReadonlyMap<string, Methods> => {
  if (prefix === '') return routes
  const location = `${prefix}${paths.page}`
  const redirect: Methods = { GET: () => plainText(302, `The exporter is at ${location}.`, { location }) }
  return new Map([
    [prefix, redirect],
    [paths.page, redirect],
    ...[...routes].map(([path, methods]): [string, Methods] => [`${prefix}${path}`, methods]),
  ])
}
