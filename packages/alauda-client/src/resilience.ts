import pLimit from 'p-limit'
import type { Send } from './request.js'

/** Lets at most `maxConcurrency` calls be under way at a time; the others wait their turn, outside their timeout. */
export const limitConcurrency = (maxConcurrency: number, send: Send): Send => {
  const limit = pLimit(maxConcurrency)
  return (request) => () => limit(send(request))
}
