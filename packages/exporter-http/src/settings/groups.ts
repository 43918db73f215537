import type { Setting } from './setting.js'
import { secrets, table } from './table.js'

/** The rows in the order and under the headings in which people read them. */
export const groups: ReadonlyArray<readonly [string, ReadonlyArray<Setting<unknown>>]> = [
  [
    'Account',
    [
      table.username,
      table.passwordFile,
      table.tokenFile,
      table.organization,
      table.cloud,
      table.endpoint,
      table.namespaces,
    ],
  ],
  ['Calls of the API', [table.timeout, table.maxConcurrency, table.maxRequestsPerSecond, table.maxRetries]],
  [
    'Collection',
    [
      table.interval,
      table.collectTimeout,
      table.window,
      table.period,
      table.maxAge,
      table.maxInstances,
      table.includeServices,
      table.excludeServices,
    ],
  ],
  ['Metrics', [table.articleNames, table.timestamps, table.serviceLabels]],
  [
    'Web',
    [
      table.listenAddresses,
      table.telemetryPath,
      table.webConfigFile,
      table.maxRequests,
      table.disableExporterMetrics,
      table.prometheusUrl,
      table.enableLifecycle,
    ],
  ],
  ['Log', [table.logLevel, table.logFormat]],
  ['File', [table.configFile]],
  ['Demo', [table.demo]],
]

/** What says whose account it is. No account takes any of it from elsewhere. */
export const ownSettings: ReadonlyArray<Setting<unknown>> = [
  table.username,
  secrets.password,
  table.passwordFile,
  secrets.token,
  table.tokenFile,
  table.organization,
  table.namespaces,
]
