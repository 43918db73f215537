import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/start-process.js'

type Json = Readonly<Record<string, unknown>>

/** A query of a dashboard, of whatever kind. */
export interface DashboardQuery {
  /** Dashboard, panel and query, as `alauda-overview / Services / A`. */
  readonly name: string
  /** The type of its panel, or `annotation`. */
  readonly type: string
  readonly expr: string
  /** What its series are called: text, and labels as `{{service}}`. */
  readonly legend: string
  /** Asked for over a time, not for one moment. */
  readonly isRange: boolean
  /** The shortest step that it is asked for with. */
  readonly minStep: unknown
}

export interface DashboardVariable {
  readonly name: string
  readonly query: string
  readonly isMulti: boolean
  /** When its values are sought again: 2 is whenever the time changes. */
  readonly refresh: unknown
  /** What stands for all values. */
  readonly allValue: string | undefined
}

export interface DashboardPanel {
  readonly id: unknown
  readonly type: string
  readonly title: string
  readonly description: unknown
  readonly unit: unknown
  readonly position: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly refIds: ReadonlyArray<unknown>
  /** What a table's columns are called. */
  readonly columns: ReadonlyArray<unknown>
  /** All addresses that are linked to. */
  readonly links: ReadonlyArray<string>
}

export interface DashboardFile {
  readonly file: string
  readonly uid: string
  readonly json: unknown
  readonly queries: ReadonlyArray<DashboardQuery>
  readonly annotations: ReadonlyArray<DashboardQuery>
  readonly variables: ReadonlyArray<DashboardVariable>
  readonly panels: ReadonlyArray<DashboardPanel>
  /** The data sources of all that has one. */
  readonly datasources: ReadonlyArray<unknown>
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const json = (value: unknown): Json => (isJson(value) ? value : {})

const list = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value.filter(isJson) : [])

const panelsOf = (value: Json): ReadonlyArray<Json> =>
  list(value.panels).flatMap((panel) => [panel, ...list(panel.panels)])

const queriesOf = (uid: string, panel: Json): ReadonlyArray<DashboardQuery> =>
  list(panel.targets).map(({ refId, expr, legendFormat, range, interval }) => ({
    name: `${uid} / ${panel.title} / ${refId}`,
    type: String(panel.type),
    expr: String(expr),
    legend: String(legendFormat),
    isRange: range === true,
    minStep: interval,
  }))

const positionOf = (panel: Json) => {
  const { x, y, w, h } = json(panel.gridPos)
  return { x: Number(x), y: Number(y), w: Number(w), h: Number(h) }
}

const panelOf = (panel: Json): DashboardPanel => ({
  id: panel.id,
  type: String(panel.type),
  title: String(panel.title),
  description: panel.description,
  unit: json(json(panel.fieldConfig).defaults).unit,
  position: positionOf(panel),
  refIds: list(panel.targets).map(({ refId }) => refId),
  columns: list(panel.transformations).flatMap(({ options }) => Object.values(json(json(options).renameByName))),
  links: underKey('url', panel).map(String),
})

/** All that stands under a key, however deep. */
const underKey = (key: string, value: unknown): ReadonlyArray<unknown> => {
  if (Array.isArray(value)) return value.flatMap((one) => underKey(key, one))
  if (!isJson(value)) return []
  return Object.entries(value).flatMap(([name, one]) => (name === key ? [one] : underKey(key, one)))
}

const read = (file: string): DashboardFile => {
  const parsed: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const whole = json(parsed)
  const uid = String(whole.uid)
  return {
    file,
    uid,
    json: parsed,
    queries: panelsOf(whole).flatMap((panel) => queriesOf(uid, panel)),
    annotations: list(json(whole.annotations).list).map(({ name, expr, textFormat, step }) => ({
      name: `${uid} / ${name} / annotation`,
      type: 'annotation',
      expr: String(expr),
      legend: String(textFormat),
      isRange: true,
      minStep: step,
    })),
    variables: list(json(whole.templating).list)
      .filter(({ type }) => type === 'query')
      .map(({ name, query, multi, refresh, allValue }) => ({
        name: String(name),
        query: String(query),
        isMulti: multi === true,
        refresh,
        allValue: typeof allValue === 'string' ? allValue : undefined,
      })),
    panels: panelsOf(whole).map(panelOf),
    datasources: underKey('datasource', parsed),
  }
}

const folder = join(root, 'deploy/grafana/dashboards')

/** The dashboards as they are committed. */
export const dashboardFiles: ReadonlyArray<DashboardFile> = readdirSync(folder).sort().map(read)
