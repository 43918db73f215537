import { TableSortByFieldStateBuilder as SortByBuilder } from '@grafana/grafana-foundation-sdk/common'
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import * as table from '@grafana/grafana-foundation-sdk/table'
import { instantTarget, refId } from './targets.js'
import { datasource } from './variables.js'

export interface LabelColumn {
  readonly label: string
  readonly name: string
  /** Where a click leads to. */
  readonly link?: { readonly title: string; readonly url: string }
}

export interface ValueColumn {
  readonly expr: string
  /** Left out for a query whose labels are shown, and not its value. */
  readonly name?: string
  /** One of the SDK's `units`. */
  readonly unit?: string
  readonly decimals?: number
  /** From these values on the text is orange, and red. */
  readonly warnFrom?: number
  readonly alarmFrom?: number
}

interface TableOptions {
  readonly title: string
  readonly description: string
  readonly labels: ReadonlyArray<LabelColumn>
  readonly values: ReadonlyArray<ValueColumn>
  /** Labels that are not worth a column. */
  readonly hidden?: ReadonlyArray<string>
  readonly sortBy: string
  readonly width?: number
  readonly height?: number
}

/** Queries for now, whose series become rows: those with the same labels become one. */
export const rows = (options: TableOptions): table.PanelBuilder => {
  const { title, description, labels, values, hidden = [], sortBy, width = 24, height = 9 } = options
  // Grafana calls the value of a single query plainly Value.
  const fields = values.map((value, index) => ({
    ...value,
    field: values.length === 1 ? 'Value' : `Value #${refId(index)}`,
  }))
  const shown = fields.flatMap(({ field, name }) => (name === undefined ? [] : [[field, name] as const]))
  const columns = [...labels.map(({ label, name }) => [label, name] as const), ...shown]
  const excluded = ['Time', ...hidden, ...fields.flatMap(({ field, name }) => (name === undefined ? [field] : []))]
  const targets = values.map(({ expr }, index) =>
    instantTarget({ expr, legend: '' }, index).format(PromQueryFormat.Table),
  )
  const panel = new table.PanelBuilder()
    .targets(targets)
    .title(title)
    .description(description)
    .datasource(datasource)
    .span(width)
    .height(height)
    .filterable(true)
    .sortBy([new SortByBuilder().displayName(sortBy).desc(false)])
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(excluded.map((name) => [name, true])),
        indexByName: Object.fromEntries(columns.map(([field], index) => [field, index])),
        renameByName: Object.fromEntries(columns),
      },
    })
  for (const { name, link } of labels) {
    if (link !== undefined) panel.overrideByName(name, [{ id: 'links', value: [link] }])
  }
  for (const { name, unit, decimals, warnFrom, alarmFrom } of fields) {
    if (name === undefined || unit === undefined) continue
    panel.overrideByName(name, [
      { id: 'unit', value: unit },
      ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
      ...colours(warnFrom, alarmFrom),
    ])
  }
  return panel
}

const colours = (warnFrom: number | undefined, alarmFrom: number | undefined) =>
  warnFrom === undefined && alarmFrom === undefined
    ? []
    : [
        { id: 'custom.cellOptions', value: { type: 'color-text' } },
        {
          id: 'thresholds',
          value: {
            mode: 'absolute',
            steps: [
              { value: null, color: 'text' },
              ...(warnFrom === undefined ? [] : [{ value: warnFrom, color: 'orange' }]),
              ...(alarmFrom === undefined ? [] : [{ value: alarmFrom, color: 'red' }]),
            ],
          },
        },
      ]
