import type { Middleware } from './handler.js'

/**
 * Puts headers on every answer. Those that a page gives itself win.
 *
 * @example
 * withHeaders(() => ({ 'X-Frame-Options': 'deny' }))(handler)
 */
export const withHeaders =
  (headers: () => Readonly<Record<string, string>>): Middleware =>
  (next) =>
  async (request) => {
    const response = await next(request)
    return { ...response, headers: { ...lowerCased(headers()), ...lowerCased(response.headers) } }
  }

// Two spellings of one name would be sent as two headers.
const lowerCased = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
