import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

/** The dashboards' names in addresses: links and bookmarks hang on them. */
export const uids = { overview: 'alauda-overview', service: 'alauda-service', exporter: 'alauda-exporter' } as const

/** The three of them have it, and are found by it. */
export const tag = 'alauda'

/** The other dashboards, with the same time and what is chosen of data source, account and namespace. */
export const otherDashboards = () =>
  new DashboardLinkBuilder('Alauda').type(DashboardLinkType.Dashboards).tags([tag]).includeVars(true).keepTime(true)

const kept = `\${datasource:queryparam}&\${account:queryparam}&\${__url_time_range}`

const serviceLink = (namespace: string, service: string) => ({
  title: 'Open the service',
  url: `/d/${uids.service}?var-namespace=${namespace}&var-service=${service}&${kept}`,
})

/** From a row of a table that has these two columns. */
export const serviceOfRow = serviceLink(
  `\${__data.fields.Namespace:percentencode}`,
  `\${__data.fields.Service:percentencode}`,
)

/** From a series that has these two labels. */
export const serviceOfSeries = serviceLink(
  `\${__field.labels.namespace:percentencode}`,
  `\${__field.labels.service:percentencode}`,
)

/** From a row of a table with a column of namespaces to that namespace alone. */
export const namespaceOfRow = {
  title: 'Look at this namespace alone',
  url: `/d/${uids.overview}?var-namespace=\${__data.fields.Namespace:percentencode}&${kept}`,
}

/** From a row of a table with a column of alerts to what to do about one. */
export const runbookOfRow = (runbookBaseUrl: string) => ({
  title: 'What to do',
  url: `${runbookBaseUrl}/\${__data.fields.Alert}.md`,
})

/** From a row of a table with a column of exporters. Prometheus has no label for exporters that serve TLS. */
export const statusPageOfRow = { title: 'Open its status page', url: `http://\${__data.fields.Exporter}/` }
