// A misconfigured proxy, or a hostile one, must not silence the exporter for days.
const longestMs = 60 * 60 * 1000

/**
 * The pause that Retry-After requests, in milliseconds, at most an hour: a number of seconds, or a date by the server's clock in its
 * Date header. Anything else is ignored.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 * @example
 * parseRetryAfter('120', null, Date.now()) // 120_000
 */
export const parseRetryAfter = (retryAfter: string | null, date: string | null, now: number): number | undefined => {
  if (retryAfter === null) return undefined
  const value = retryAfter.trim()
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : (httpDateIn(value) ?? Number.NaN) - (httpDateIn(date?.trim() ?? '') ?? now)
  return ms > 0 ? Math.min(ms, longestMs) : undefined
}

// Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994
const httpDate = /^\w{3,9},? (?:\d\d[ -]\w{3}[ -](?:\d\d){1,2} [\d:]{8} GMT|\w{3} [ \d]\d [\d:]{8} \d{4})$/

/**
 * Milliseconds since the epoch; of the many forms that Date takes, the three of HTTP. Two digits stand for a year from 1950 to 2049.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
const httpDateIn = (text: string): number | undefined => {
  const ms = httpDate.test(text) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** The statuses whose Retry-After goes for every call. */
export const asksToWait = (status: number): boolean => status === 429 || status === 503
