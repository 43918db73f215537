import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** Whichever data source is chosen above the dashboard. */
export const datasource: DataSourceRef = { type: 'prometheus', uid: `\${datasource}` }

export const datasourceVariable = () =>
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus')

interface VariableOptions {
  readonly name: string
  readonly label: string
  readonly description: string
  /** Whose values can be chosen: a selector and a label. */
  readonly values: readonly [selector: string, label: string]
  /** Whether all of them may be chosen at once, which is where the dashboard begins. */
  readonly includeAll?: boolean
}

/**
 * Values of a label, any number of them. "All" is `.*`, not the list of them: so a label that no series has, as `account` with
 * a single account, keeps nothing out.
 */
export const variable = ({ name, label, description, values, includeAll = true }: VariableOptions) => {
  const query = `label_values(${values.join(', ')})`
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(datasource)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(includeAll)
  return includeAll ? builder.allValue('.*').current({ text: ['All'], value: ['$__all'] }) : builder
}

/** Series of the chosen accounts and namespaces. */
export const inNamespace = 'account=~"$account", namespace=~"$namespace"'

/** Series of the chosen services. */
export const ofService = `${inNamespace}, service=~"$service"`

/** Series of the chosen instances. */
export const ofInstance = `${ofService}, instance_name=~"$instance"`

/** `up` is a metric with the configuration's matchers, whose accounts and namespaces can be chosen. */
export const namespaceVariables = (metric: (name: string, matchers?: string) => string) => [
  variable({
    name: 'account',
    label: 'Account',
    description: 'Accounts of the cloud. There are none to choose from where the exporter watches a single one.',
    values: [metric('alauda_up'), 'account'],
  }),
  variable({
    name: 'namespace',
    label: 'Namespace',
    description: 'Namespaces of the chosen accounts.',
    values: [metric('alauda_up', 'account=~"$account"'), 'namespace'],
  }),
]
