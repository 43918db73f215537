/** The samples of a page, without what no test can know: how long a collection took, when it ended, and the versions. */
export const samplesOf = (page: string): ReadonlyArray<string> =>
  page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .filter((line) => !/^alauda_(?:collection_(?:duration|timestamp)_seconds|exporter_build_info)\b/.test(line))

/** Those of them that tell of services and instances. */
export const subjectsOf = (page: string): ReadonlyArray<string> =>
  samplesOf(page).filter((line) => !/^alauda_(?:up|collection_)/.test(line))

/** Those of them that tell how the collection went. */
export const collectionOf = (page: string): ReadonlyArray<string> =>
  samplesOf(page).filter((line) => /^alauda_(?:up|collection_)/.test(line))
