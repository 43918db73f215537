interface Answer {
  readonly data: { readonly result: ReadonlyArray<{ readonly metric: Record<string, string> }> }
}

const isAnswer = (value: unknown): value is Answer => {
  const result = Object(Object(value).data).result
  return Array.isArray(result) && result.every(({ metric }) => typeof metric === 'object')
}

/** The labels of all series that a query gives now, of the Prometheus at `url`; none while it does not answer. */
export const seriesNow = async (url: string, query: string): Promise<ReadonlyArray<Record<string, string>>> => {
  const answer: unknown = await fetch(`${url}api/v1/query?${new URLSearchParams({ query })}`).then(
    (response) => response.json(),
    () => undefined,
  )
  return isAnswer(answer) ? answer.data.result.map(({ metric }) => metric) : []
}

/** Whether something answers there. */
export const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )
