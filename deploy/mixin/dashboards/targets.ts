import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { datasource } from './variables.js'

export interface Query {
  readonly expr: string
  /** What a series is called: text, and labels as `{{service}}`. */
  readonly legend: string
}

const refIds = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** What Grafana calls the query with this index in its panel. */
export const refId = (index: number): string => refIds[index] ?? `Q${index}`

/**
 * The cloud measures once a minute, so no query has to be finer. And `$__rate_interval` is four times this: five minutes, as in
 * the recording rules. By the scrape interval alone, of 15 seconds, it would be the minute in which a counter stands still.
 */
const minStep = '75s'

const target = ({ expr, legend }: Query, index: number) =>
  new DataqueryBuilder().refId(refId(index)).datasource(datasource).expr(expr).legendFormat(legend).interval(minStep)

/** A query for all of the time that is looked at. */
export const rangeTarget = (query: Query, index = 0) => target(query, index).range()

/** A query for the end of that time. */
export const instantTarget = (query: Query, index = 0) => target(query, index).instant()
