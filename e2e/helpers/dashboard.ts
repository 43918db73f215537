import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './start-process.js'

type Json = Readonly<Record<string, unknown>>

/** A query of a dashboard, of whatever kind. */
export interface DashboardQuery {
  /** Dashboard, panel and query, as `alauda-overview / Services / A`. */
  readonly name: string
  readonly expr: string
  /** Asked for over a time, not for one moment. */
  readonly isRange: boolean
}

export interface DashboardVariable {
  readonly name: string
  readonly query: string
  readonly isMulti: boolean
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
}

export interface DashboardFile {
  readonly file: string
  readonly uid: string
  readonly json: unknown
  readonly queries: ReadonlyArray<DashboardQuery>
  readonly annotations: ReadonlyArray<DashboardQuery>
  readonly variables: ReadonlyArray<DashboardVariable>
  readonly panels: ReadonlyArray<DashboardPanel>
  /** All addresses that are linked to. */
  readonly links: ReadonlyArray<string>
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const json = (value: unknown): Json => (isJson(value) ? value : {})

const list = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value.filter(isJson) : [])

const panelsOf = (value: Json): ReadonlyArray<Json> =>
  list(value.panels).flatMap((panel) => [panel, ...list(panel.panels)])

const queriesOf = (uid: string, panel: Json): ReadonlyArray<DashboardQuery> =>
  list(panel.targets).map(({ refId, expr, range }) => ({
    name: `${uid} / ${panel.title} / ${refId}`,
    expr: String(expr),
    isRange: range === true,
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
})

const addressesIn = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(addressesIn)
  if (!isJson(value)) return []
  const { url } = value
  return [...(typeof url === 'string' ? [url] : []), ...Object.values(value).flatMap(addressesIn)]
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
    annotations: list(json(whole.annotations).list).map(({ name, expr }) => ({
      name: `${uid} / ${name} / annotation`,
      expr: String(expr),
      isRange: true,
    })),
    variables: list(json(whole.templating).list)
      .filter(({ type }) => type === 'query')
      .map(({ name, query, multi, allValue }) => ({
        name: String(name),
        query: String(query),
        isMulti: multi === true,
        allValue: typeof allValue === 'string' ? allValue : undefined,
      })),
    panels: panelsOf(whole).map(panelOf),
    links: addressesIn(parsed),
  }
}

const folder = join(root, 'deploy/grafana/dashboards')

/** The dashboards as they are committed. */
export const dashboardFiles: ReadonlyArray<DashboardFile> = readdirSync(folder).sort().map(read)
