export interface Addresses {
  /** The embedded cloud's API; undefined for a real one. */
  readonly cloud: string | undefined
  readonly exporter: string
  readonly prometheus: string
  /** Prometheus' page of alerts. */
  readonly alerts: string
  readonly alertmanager: string | undefined
}

const queries: ReadonlyArray<readonly [string, string]> = [
  [
    'CPU cores that each service uses',
    'sum by (namespace, service) (rate(alauda_instance_cpu_usage_seconds_total[5m]))',
  ],
  ['how full the memory of each instance is, the fullest first', 'sort_desc(alauda_instance_memory_utilization_ratio)'],
  ['how many services are in which state', 'sum by (status) (alauda_service_status)'],
]

/** What to open and what to try. */
export const welcome = ({ cloud, exporter, prometheus, alerts, alertmanager }: Addresses): string => {
  const addresses: ReadonlyArray<readonly [string, string | undefined]> = [
    ['Exporter', exporter],
    ['Prometheus', prometheus],
    ['Alerts', alerts],
    ['Alertmanager', alertmanager],
    ['Cloud', cloud && `${cloud} (embedded; user name and password: demo)`],
  ]
  return [
    '',
    ...addresses.flatMap(([name, address]) => (address === undefined ? [] : [`  ${name.padEnd(14)}${address}`])),
    '',
    `Three queries to try; the first answers take ${cloud === undefined ? 'three minutes' : 'half a minute'}:`,
    ...queries.flatMap(([meaning, query]) => [
      '',
      `  ${meaning}:`,
      `    ${query}`,
      `    ${prometheus}graph?${new URLSearchParams({ 'g0.expr': query, 'g0.tab': '1' })}`,
    ]),
    '',
    'Ctrl-C ends all of it.',
    '',
  ].join('\n')
}
