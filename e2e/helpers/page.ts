/** The samples of a page whose lines begin so. */
export const samplesOf = (page: string, start: string): ReadonlyArray<string> =>
  page.split('\n').filter((line) => line.startsWith(start))

/** How many instances had which outcome. */
export const outcomesOf = (page: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    samplesOf(page, 'alauda_collection_instances').map((line) => [
      /outcome="(\w+)"/.exec(line)?.[1] ?? '',
      Number(line.split(' ')[1]),
    ]),
  )

const ownPast =
  /^alauda_(collection_(duration_seconds|timestamp_seconds|interval_ratio|failures_total)|api_|logins_|login_)/

/** The samples that do not depend on what the exporter did before, nor on how long it took. */
export const withoutOwnPast = (page: string): ReadonlyArray<string> =>
  samplesOf(page, 'alauda_').filter((line) => !ownPast.test(line))
