import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { otherDashboards, tag } from './links.js'

interface DashboardParts {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables: ReadonlyArray<Builder<VariableModel>>
  readonly annotations?: ReadonlyArray<AnnotationQueryBuilder>
  /** From left to right and from top to bottom; a row stands before its panels. */
  readonly panels: ReadonlyArray<RowBuilder | Builder<Panel>>
}

/** The same parts give the same dashboard, to the letter. */
export const dashboard = (parts: DashboardParts): Dashboard => {
  const { uid, title, description, variables, annotations = [], panels } = parts
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .editable()
    .time({ from: 'now-3h', to: 'now' })
    .timezone('browser')
    // The cloud measures once a minute: looking more often shows nothing more.
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(otherDashboards())
  for (const variable of variables) builder.withVariable(variable)
  for (const annotation of annotations) builder.annotation(annotation)
  for (const panel of panels) panel instanceof RowBuilder ? builder.withRow(panel) : builder.withPanel(panel)
  return completed(builder.build())
}

// The SDK omits ids, and Grafana would assign new ones at each start; and it hides links and annotations in a menu.
const completed = (built: Dashboard): Dashboard => ({
  ...built,
  annotations: { list: (built.annotations.list ?? []).map(outOfMenu) },
  links: (built.links ?? []).map(outOfMenu),
  panels: (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 })),
})

const outOfMenu = <A extends { readonly placement?: string }>({ placement: _hidden, ...shown }: A) => shown
