import type { DashboardQuery, DashboardVariable } from './dashboard.js'

/** What is chosen of a dashboard's variables: values, or all of them. */
export type Chosen = Readonly<Record<string, ReadonlyArray<string> | 'all'>>

/** A series of an answer: what Prometheus calls it, and its last value. */
export interface Shown {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

// As Grafana's data source escapes what goes into a regular expression in quotes.
const inRegex = (text: string): string => text.replaceAll('\\', '\\\\\\\\').replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&')

const chosenValue = ({ name, allValue }: DashboardVariable, chosen: Chosen): string => {
  const values = chosen[name] ?? 'all'
  if (values === 'all') {
    if (allValue === undefined) throw new Error(`${name} cannot be all`)
    return allValue
  }
  const escaped = values.map(inRegex)
  return escaped.length === 1 ? `${escaped[0]}` : `(${escaped.join('|')})`
}

// With a scrape interval of one second, and so many points that no step is longer.
const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: '4s',
  __interval: '1s',
  __range: '60s',
}

/** An expression with the variables replaced, as Grafana does it for a Prometheus data source. */
export const replaced = (expression: string, variables: ReadonlyArray<DashboardVariable>, chosen: Chosen): string =>
  expression.replaceAll(/\$(\w+)|\$\{(\w+)\}/g, (_, plain: string | undefined, braced: string | undefined) => {
    const name = plain ?? braced ?? ''
    const variable = variables.find((one) => one.name === name)
    const value = variable === undefined ? builtIn[name] : chosenValue(variable, chosen)
    if (value === undefined) throw new Error(`there is no variable ${name} in ${expression}`)
    return value
  })

const ask = async (prometheus: string, path: string, parameters: Record<string, string>): Promise<unknown> => {
  const response = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`)
  const answer = await response.json()
  if (answer.status !== 'success') throw new Error(`${JSON.stringify(parameters)}: ${JSON.stringify(answer)}`)
  return answer.data
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const seriesIn = (data: unknown): ReadonlyArray<Shown> => {
  if (!isRecord(data) || !Array.isArray(data.result)) throw new Error(`no series: ${JSON.stringify(data)}`)
  return data.result
    .map(({ metric, value, values }) => ({ labels: metric, value: Number((value ?? values?.at(-1))?.[1]) }))
    .filter(({ value }) => !Number.isNaN(value))
}

/** What a query shows now, or has shown in the last minute. */
export const shownBy = async (
  prometheus: string,
  { expr, isRange }: DashboardQuery,
  variables: ReadonlyArray<DashboardVariable>,
  chosen: Chosen,
): Promise<ReadonlyArray<Shown>> => {
  const query = replaced(expr, variables, chosen)
  const now = Date.now() / 1000
  return seriesIn(
    isRange
      ? await ask(prometheus, 'query_range', { query, start: String(now - 60), end: String(now), step: '1' })
      : await ask(prometheus, 'query', { query }),
  )
}

/** What a series of a query is called in a legend. */
export const called = ({ legend }: DashboardQuery, labels: Shown['labels']): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '')

/** What can be chosen of a variable: the values of a label of the series that its query names. */
export const choices = async (
  prometheus: string,
  { query }: DashboardVariable,
  variables: ReadonlyArray<DashboardVariable>,
  chosen: Chosen,
): Promise<ReadonlyArray<string>> => {
  const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(replaced(query, variables, chosen)) ?? []
  if (selector === undefined || label === undefined) throw new Error(`not a query of label values: ${query}`)
  const values = await ask(prometheus, `label/${label}/values`, { 'match[]': selector })
  return Array.isArray(values) ? values.map(String) : []
}
