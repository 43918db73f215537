/** The samples of a page, without what no test can know: how long things took, when they ended, and the versions. */
export const samplesOf = (page: string): ReadonlyArray<string> =>
  linesOf(page).filter((line) => !unknowable.test(line) && !calls.test(line) && !ofProcess.test(line))

const linesOf = (page: string) => page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

const unknowable = /^alauda_(?:collection_(?:duration_seconds|timestamp_seconds|interval_ratio)|exporter_\w+)\b/
const ofProcess = /^(?:process|nodejs)_/
const calls = /^alauda_(?:api_\w+|logins_total|login_failures_total)\b/

/** The samples of services and instances. */
export const subjectsOf = (page: string): ReadonlyArray<string> =>
  samplesOf(page).filter((line) => !/^alauda_(?:up|collection_)/.test(line))

/** The samples of the collection. */
export const collectionOf = (page: string): ReadonlyArray<string> =>
  samplesOf(page).filter((line) => /^alauda_(?:up|collection_)/.test(line))

/** The samples of metrics whose names begin like this. */
export const metricOf = (page: string, ...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  linesOf(page).filter((line) => names.some((name) => line.startsWith(name)))

/** The value of the one sample that begins like this, or not a number. */
export const numberOf = (page: string, begin: string): number => Number(metricOf(page, begin)[0]?.split(' ').at(-1))
