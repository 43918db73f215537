import { periods } from '@alauda-exporter/alauda-client'
import { logFormats, logLevels } from '../log.js'
import {
  durationOrZeroUpToDays,
  durationUpToDays,
  fileName,
  longestWaitDays,
  oneOf,
  onOff,
  positiveInteger,
  wholeNamePattern,
  wholeNumber,
} from '../toolkit/config/format.js'
import { client, connection, identity, place } from './account-table.js'
import { externalUrl, httpUrl, labelText, listenAddress, routePrefix, telemetryPath } from './formats.js'
import { keyOf, type Rows, type Setting } from './setting.js'

// The API answers for the last 30 days.
const daysKept = 30

const collect = {
  intervalMs: {
    flag: 'collect.interval',
    help: 'Interval between the starts of two collections; 0 collects at each scrape.',
    default: '60s',
    demoDefault: '5s',
    format: durationOrZeroUpToDays(longestWaitDays),
  },
  timeoutMs: {
    flag: 'collect.timeout',
    help: 'Maximum duration of one collection. Default: the interval, or 60s if that is 0.',
    format: durationUpToDays(longestWaitDays),
  },
  windowMs: {
    flag: 'collect.window',
    help: "Time range in which to look for an instance's newest point.",
    default: '5m',
    demoDefault: '1m',
    format: durationUpToDays(daysKept),
  },
  period: {
    flag: 'collect.period',
    help: `Distance between the points requested from the API: ${periods.join(', ')}.`,
    default: '1m',
    demoDefault: '1s',
    format: oneOf('PERIOD', ...periods),
  },
  maxAgeMs: {
    flag: 'collect.max-age',
    help: 'Maximum age of values that can no longer be read, at least the interval. Default: 5m, or twice the interval if longer.',
    format: durationUpToDays(daysKept),
  },
  maxInstances: {
    flag: 'collect.max-instances',
    help: 'Maximum instances per namespace.',
    default: '50000',
    format: positiveInteger,
  },
  maxNameLength: {
    flag: 'collect.max-name-length',
    help: 'Maximum length of a name or another label value, in UTF-16 code units; an object with a longer one is left out and counted.',
    default: '1024',
    format: positiveInteger,
  },
  includeServices: {
    flag: 'collect.include-services',
    help: 'Services to watch (regular expression, whole name). Default: all.',
    format: wholeNamePattern,
  },
  excludeServices: {
    flag: 'collect.exclude-services',
    help: 'Services to ignore (regular expression, whole name). Default: none.',
    format: wholeNamePattern,
  },
} as const satisfies Rows

const metrics = {
  articleNames: {
    flag: 'metrics.article-names',
    help: 'Additional gauges cpu_cumulative_usage, cpu_utilization, memory_usage and memory_utilization, in the units of the API.',
    default: 'false',
    format: onOff,
  },
  timestamps: {
    flag: 'metrics.timestamps',
    help: 'Timestamps on samples: when the cloud measured the value.',
    default: 'false',
    format: onOff,
  },
  serviceLabels: {
    flag: 'metrics.service-labels',
    help: 'Label of services to show in alauda_service_labels.',
    isList: true,
    format: labelText,
  },
} as const satisfies Rows

const web = {
  listenAddresses: {
    flag: 'web.listen-address',
    help: 'Address to listen on.',
    isList: true,
    default: ':10104',
    format: listenAddress,
  },
  telemetryPath: {
    flag: 'web.telemetry-path',
    help: 'Path of the metrics.',
    default: '/metrics',
    format: telemetryPath,
  },
  configFile: {
    flag: 'web.config.file',
    help: "File with TLS, users and headers, in the format of Prometheus' exporter-toolkit; read again when it changes.",
    format: fileName,
  },
  maxRequests: {
    flag: 'web.max-requests',
    help: 'Maximum concurrent probes, and as many other requests, except those below /-/; 0 disables the limit.',
    default: '40',
    format: wholeNumber,
  },
  disableExporterMetrics: {
    flag: 'web.disable-exporter-metrics',
    help: 'No metrics of the process itself: process_*, nodejs_* and alauda_exporter_http_*.',
    default: 'false',
    format: onOff,
  },
  externalUrl: {
    flag: 'web.external-url',
    help: 'URL of the exporter for people and Prometheus, if it differs, as behind a proxy. Its path prefixes all routes.',
    format: externalUrl,
  },
  routePrefix: {
    flag: 'web.route-prefix',
    help: 'Prefix of all routes; / for a proxy that removes it. Default: the path of the external URL.',
    format: routePrefix,
  },
  prometheusUrl: {
    flag: 'web.prometheus-url',
    help: 'URL of Prometheus for people; the page at / links to its graphs.',
    format: httpUrl('http://localhost:9090/'),
  },
  enableLifecycle: {
    flag: 'web.enable-lifecycle',
    help: 'Reload of the settings through POST /-/reload.',
    default: 'false',
    format: onOff,
  },
} as const satisfies Rows

const log = {
  level: {
    flag: 'log.level',
    help: `Lowest level to log: ${logLevels.join(', ')}.`,
    default: 'info',
    format: oneOf('LEVEL', ...logLevels),
  },
  format: {
    flag: 'log.format',
    help: `Format of the log: ${logFormats.join(' or ')}.`,
    default: 'logfmt',
    format: oneOf('FORMAT', ...logFormats),
  },
} as const satisfies Rows

const file = {
  configFile: {
    flag: 'config.file',
    environment: 'ALAUDA_EXPORTER_CONFIG',
    help: 'YAML file with settings; the only place for several accounts.',
    format: fileName,
  },
} as const satisfies Rows

const demo = {
  demo: {
    flag: 'demo',
    help: 'Embedded cloud instead of a real one; account settings are ignored.',
    default: 'false',
    format: onOff,
  },
} as const satisfies Rows

/** Every setting, once, by the part of `Settings` where its value stands; the types of the values come from here too. */
export const table = { identity, place, client, connection, collect, metrics, web, log, file, demo }

/** The rows in the order and under the headings in which people read them. */
export const groups: ReadonlyArray<readonly [string, ReadonlyArray<Setting<unknown>>]> = Object.entries<Rows>({
  Account: { ...identity, ...place },
  'Calls of the API': client,
  'Connection to the API': connection,
  Collection: collect,
  Metrics: metrics,
  Web: web,
  Log: log,
  File: file,
  Demo: demo,
}).map(([title, rows]) => [title, Object.values(rows)])

export const all = groups.flatMap(([, rows]) => rows)

export const isFlag = ({ isSecret }: Setting<unknown>): boolean => isSecret !== true

/** What the command line knows. */
export const flags = all.filter(isFlag)

/** Every section of the file. The flags of its settings begin with its name. */
export const sections = ['alauda', 'collect', 'metrics', 'web', 'log'].map((name) => ({
  name,
  settings: all.filter(({ flag }) => flag.startsWith(`${name}.`)),
}))

/** How a setting is called in the file, as `collect.max_age`; absent where it cannot stand there. */
export const pathOf = (setting: Setting<unknown>): string | undefined => {
  const section = sections.find(({ settings }) => settings.includes(setting))
  return section && `${section.name}.${keyOf(setting)}`
}

/** A flag as it is written: `--collect.interval=DURATION`. */
export const usageOf = ({ flag, format: { placeholder } }: Setting<unknown>): string =>
  placeholder === undefined ? `--${flag}` : `--${flag}=${placeholder}`
