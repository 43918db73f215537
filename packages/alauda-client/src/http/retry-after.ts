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
  const value = retryAfter?.trim() ?? ''
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : (parseHttpDate(value, now) ?? Number.NaN) - (parseHttpDate(date?.trim() ?? '', now) ?? now)
  return ms > 0 ? Math.min(ms, longestMs) : undefined
}

const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const longDay = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const month = '(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const time = '(?<time>\\d{2}:\\d{2}:\\d{2})'
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT; Sun Nov  6 08:49:37 1994
const httpDates = [
  new RegExp(`^${day}, (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^${longDay}, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^${day} ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
]

/**
 * Milliseconds since the epoch; the three forms of a date in HTTP.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
const parseHttpDate = (text: string, now: number): number | undefined => {
  for (const form of httpDates) {
    const parts = form.exec(text)?.groups
    if (parts === undefined) continue
    const { year = '', month: name = '', day: dayOfMonth = '', time: clockTime = '' } = parts
    const monthOfYear = `${months.indexOf(name) + 1}`.padStart(2, '0')
    const ofYear = (fullYear: number) =>
      Date.parse(`${fullYear}-${monthOfYear}-${dayOfMonth.trim().padStart(2, '0')}T${clockTime}Z`)
    const ms = year.length === 4 ? ofYear(Number(year)) : ofTwoDigitYear(Number(year), now, ofYear)
    return Number.isNaN(ms) ? undefined : ms
  }
  return undefined
}

// A year of two digits that seems to lie more than 50 years ahead is the last one that ended in these digits.
const ofTwoDigitYear = (year: number, now: number, ofYear: (fullYear: number) => number): number => {
  const thisYear = new Date(now).getUTCFullYear()
  const fullYear = thisYear - (thisYear % 100) + year
  return ofYear(fullYear > thisYear + 50 ? fullYear - 100 : fullYear)
}

/** The statuses whose Retry-After goes for every call. */
export const asksToWait = (status: number): boolean => status === 429 || status === 503
