/** One series of an answer of Prometheus' HTTP API. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** One series with its samples as they are stored, oldest first. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: ReadonlyArray<{ readonly time: number; readonly value: number }>
}

/** What answers as Prometheus' HTTP API does. */
export interface Queries {
  /** An instant query, for now or for `time` in seconds since the epoch. */
  readonly query: (expression: string, time?: number) => Promise<ReadonlyArray<Series>>
  /** A query for a graph, with a value each second between two times in seconds since the epoch. */
  readonly graph: (expression: string, from: number, to: number) => Promise<ReadonlyArray<StoredSeries>>
  /** The samples as they are stored between two times, without the markers that a series has ended, which VictoriaMetrics shows as NaN. */
  readonly samples: (selector: string, from: number, to: number) => Promise<ReadonlyArray<StoredSeries>>
}

export const queriesOf = (url: string): Queries => {
  const results = async (path: string, parameters: Readonly<Record<string, string | number>>) => {
    const { result } = await answerOf(url, path, parameters)
    if (!Array.isArray(result)) throw new Error(`${url} gives no result: ${JSON.stringify(result)}`)
    return result
  }
  const manyIn = (found: Awaited<ReturnType<typeof results>>) =>
    found.map(({ metric, values }) => ({
      labels: metric,
      samples: values
        .map(([time, value]: readonly [number, string]) => ({ time, value: Number(value) }))
        .filter(({ value }: { readonly value: number }) => !Number.isNaN(value)),
    }))
  return {
    query: async (expression, time) =>
      (await results('query', { query: expression, ...(time === undefined ? {} : { time }) })).map(
        ({ metric, value }) => ({ labels: metric, value: Number(value[1]) }),
      ),
    graph: async (query, start, end) => manyIn(await results('query_range', { query, start, end, step: 1 })),
    samples: async (selector, from, to) =>
      manyIn(await results('query', { query: `${selector}[${Math.round((to - from) * 1000)}ms]`, time: to })),
  }
}

/** What `/api/v1/<path>` says. */
export const answerOf = async (
  url: string,
  path: string,
  parameters: Readonly<Record<string, string | number>> = {},
): Promise<Record<string, unknown>> => {
  const search = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
  const response = await fetch(`${url}/api/v1/${path}?${search}`)
  const answer: unknown = await response.json()
  if (!isRecord(answer) || answer.status !== 'success' || !isRecord(answer.data))
    throw new Error(`${url} says ${JSON.stringify(answer)}`)
  return answer.data
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
