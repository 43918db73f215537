import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  type ThresholdsConfigBuilder,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { instantTarget, type Query, rangeTarget } from './targets.js'
import { thresholds } from './thresholds.js'
import { datasource } from './variables.js'

export interface PanelText {
  readonly title: string
  /** Explains the panel to a first-time viewer. */
  readonly description: string
  /** One of the SDK's `units`. */
  readonly unit: string
}

interface GraphOptions extends PanelText {
  readonly queries: ReadonlyArray<Query>
  /** Of the 24 columns. */
  readonly width?: number
  /** Where a dashed line is drawn: where an alert begins. */
  readonly limit?: number
  /** Where the axis ends, unless values are greater. */
  readonly softMax?: number
  readonly isStacked?: boolean
  /** For events that are counted, in place of lines: their windows overlap, so that a sum of them says nothing. */
  readonly bars?: boolean
  /** Series with this name are limits: a dashed line without an area. */
  readonly limitSeries?: string
}

const lastValue = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false)

/** Lines over time, from 0 on. */
export const graph = (options: GraphOptions): timeseries.PanelBuilder => {
  const { title, description, unit, queries, width = 12, limit, softMax, isStacked = false, bars = false } = options
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(width)
    .height(8)
    .lineWidth(1)
    .fillOpacity(isStacked || bars ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    .drawStyle(bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(bars ? [] : ['mean', 'max', 'lastNotNull']),
    )
    .targets(queries.map(rangeTarget))
  if (softMax !== undefined) panel.axisSoftMax(softMax)
  if (limit !== undefined) {
    panel
      .thresholds(thresholds([limit, 'red']))
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
  }
  if (options.limitSeries !== undefined) {
    panel.overrideByRegexp(options.limitSeries, [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    ])
  }
  return panel
}

interface NumberOptions extends PanelText {
  readonly expr: string
  readonly width?: number
  readonly thresholds?: ThresholdsConfigBuilder
  readonly mappings?: ReadonlyArray<ValueMapping>
  readonly decimals?: number
}

/**
 * One number, as it is now: what came last of a time would stay where an exporter is down, and be taken for the present.
 */
export const number = (options: NumberOptions): stat.PanelBuilder => {
  const { title, description, unit, expr, width = 3, mappings, decimals } = options
  const panel = new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(width)
    .height(4)
    .graphMode(BigValueGraphMode.None)
    .colorMode(options.thresholds === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .reduceOptions(lastValue())
    .thresholds(options.thresholds ?? thresholds())
    .withTarget(instantTarget({ expr, legend: title }))
  if (mappings !== undefined) panel.mappings([...mappings])
  if (decimals !== undefined) panel.decimals(decimals)
  return panel
}

interface BarsOptions extends PanelText, Query {
  readonly width?: number
  readonly max?: number
  readonly thresholds?: ThresholdsConfigBuilder
}

/** A bar for each series, as it is now. */
export const bars = (options: BarsOptions): bargauge.PanelBuilder => {
  const { title, description, unit, expr, legend, width = 6, max } = options
  const panel = new bargauge.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(width)
    .height(9)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .reduceOptions(lastValue())
    .thresholds(options.thresholds ?? thresholds())
    .withTarget(instantTarget({ expr, legend }))
  if (max !== undefined) panel.max(max)
  return panel
}
