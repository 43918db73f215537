import { periods } from '@alauda-exporter/alauda-client'
import { logFormats, logLevels } from '../log.js'
import { client, identity, place } from './account-table.js'
import { durationOrZeroUpToDays, durationUpToDays, longestWaitDays } from './duration.js'
import {
  fileName,
  labelText,
  oneOf,
  onOff,
  positiveInteger,
  text,
  textUnless,
  wholeNamePattern,
  wholeNumber,
} from './format.js'
import { listenAddress } from './listen-address.js'
import type { Rows, Setting } from './setting.js'
import { externalUrl, routePrefix, telemetryPath } from './web-paths.js'

// The API answers for the last 30 days.
const daysKept = 30

const collect = {
  intervalMs: {
    flag: 'collect.interval',
    placeholder: 'DURATION',
    help: 'From the start of one collection to the start of the next; 0 to collect at each scrape.',
    default: '60s',
    demoDefault: '5s',
    format: durationOrZeroUpToDays(longestWaitDays),
  },
  timeoutMs: {
    flag: 'collect.timeout',
    placeholder: 'DURATION',
    help: 'How long one collection may take. The default is the interval, or 60s where that is 0.',
    format: durationUpToDays(longestWaitDays),
  },
  windowMs: {
    flag: 'collect.window',
    placeholder: 'DURATION',
    help: "How far back to look for an instance's newest point.",
    default: '5m',
    demoDefault: '1m',
    format: durationUpToDays(daysKept),
  },
  period: {
    flag: 'collect.period',
    placeholder: 'PERIOD',
    help: `How far apart the points are that the API is asked for: ${periods.join(', ')}.`,
    default: '1m',
    demoDefault: '1s',
    format: oneOf(...periods),
  },
  maxAgeMs: {
    flag: 'collect.max-age',
    placeholder: 'DURATION',
    help: 'How long what cannot be read again is shown: at least the interval. The default is 5m, or twice the interval if that is longer.',
    format: durationUpToDays(daysKept),
  },
  maxInstances: {
    flag: 'collect.max-instances',
    placeholder: 'N',
    help: 'How many instances of a namespace to watch at the most.',
    default: '50000',
    format: positiveInteger,
  },
  maxNameLength: {
    flag: 'collect.max-name-length',
    placeholder: 'N',
    help: 'Maximum length of a name or another label value, in UTF-16 code units; what has a longer one is left out and counted.',
    default: '1024',
    format: positiveInteger,
  },
  includeServices: {
    flag: 'collect.include-services',
    placeholder: 'REGEX',
    help: 'Which services to watch: a regular expression for the whole name. The default is all.',
    format: wholeNamePattern,
  },
  excludeServices: {
    flag: 'collect.exclude-services',
    placeholder: 'REGEX',
    help: 'Which of them not to watch: a regular expression for the whole name. The default is none.',
    format: wholeNamePattern,
  },
} as const satisfies Rows

const metrics = {
  articleNames: {
    flag: 'metrics.article-names',
    help: "Adds the gauges cpu_cumulative_usage, cpu_utilization, memory_usage and memory_utilization, in the API's own units.",
    default: 'false',
    format: onOff,
  },
  timestamps: {
    flag: 'metrics.timestamps',
    help: 'Puts the time at which the cloud measured a value on its sample.',
    default: 'false',
    format: onOff,
  },
  serviceLabels: {
    flag: 'metrics.service-labels',
    placeholder: 'KEY',
    help: 'Label of services to show in alauda_service_labels. May be repeated.',
    fileHelp: 'Labels of services to show in alauda_service_labels.',
    isList: true,
    format: labelText,
  },
} as const satisfies Rows

const web = {
  listenAddresses: {
    flag: 'web.listen-address',
    placeholder: 'ADDRESS',
    help: 'Where to serve. May be repeated.',
    fileHelp: 'Where to serve.',
    isList: true,
    default: ':10104',
    format: listenAddress,
    takesRestart: true,
  },
  telemetryPath: {
    flag: 'web.telemetry-path',
    placeholder: 'PATH',
    help: 'Where the metrics are.',
    default: '/metrics',
    format: telemetryPath,
    takesRestart: true,
  },
  configFile: {
    flag: 'web.config.file',
    placeholder: 'FILE',
    help: "File with TLS, users and headers, in the format of Prometheus' exporter-toolkit; read again when it changes.",
    fileHelp:
      "File with TLS, users and headers, in the format of Prometheus' exporter-toolkit, relative to this one; read again when it changes.",
    format: fileName,
    takesRestart: true,
  },
  maxRequests: {
    flag: 'web.max-requests',
    placeholder: 'N',
    help: 'How many probes, and how many other requests, may be answered at a time, those below /-/ apart; 0 for no limit.',
    default: '40',
    format: wholeNumber,
    takesRestart: true,
  },
  disableExporterMetrics: {
    flag: 'web.disable-exporter-metrics',
    help: "Leaves out the process's own metrics: process_*, nodejs_* and alauda_exporter_http_*.",
    default: 'false',
    format: onOff,
    takesRestart: true,
  },
  externalUrl: {
    flag: 'web.external-url',
    placeholder: 'URL',
    help: 'URL under which people and Prometheus reach the exporter, where that is another one, as behind a proxy. Its path prefixes all routes.',
    format: externalUrl,
    takesRestart: true,
  },
  routePrefix: {
    flag: 'web.route-prefix',
    placeholder: 'PATH',
    help: 'Prefix of all routes. The default is the path of --web.external-url; / for a proxy that removes that path.',
    fileHelp:
      'Prefix of all routes. The default is the path of the external URL; / for a proxy that removes that path.',
    format: routePrefix,
    takesRestart: true,
  },
  prometheusUrl: {
    flag: 'web.prometheus-url',
    placeholder: 'URL',
    help: 'Where people reach Prometheus: the page at / then links to its graphs.',
    format: textUnless(/^[Hh][Tt][Tt][Pp][Ss]?:/, (given) =>
      /^https?:/i.test(given) && URL.canParse(given) ? undefined : 'must be a URL like http://localhost:9090/',
    ),
    takesRestart: true,
  },
  enableLifecycle: {
    flag: 'web.enable-lifecycle',
    help: 'Lets POST /-/reload read the settings again.',
    default: 'false',
    format: onOff,
    takesRestart: true,
  },
} as const satisfies Rows

const log = {
  level: {
    flag: 'log.level',
    placeholder: 'LEVEL',
    help: `From which level on to log: ${logLevels.join(', ')}.`,
    default: 'info',
    format: oneOf(...logLevels),
  },
  format: {
    flag: 'log.format',
    placeholder: 'FORMAT',
    help: `How to log: ${logFormats.join(' or ')}.`,
    default: 'logfmt',
    format: oneOf(...logFormats),
  },
} as const satisfies Rows

/** Every setting, once, by the part of `Settings` where its value stands; the values' types come from here too. */
export const table = {
  identity,
  place,
  client,
  collect,
  metrics,
  web,
  log,
  file: {
    configFile: {
      flag: 'config.file',
      environment: 'ALAUDA_EXPORTER_CONFIG',
      placeholder: 'FILE',
      help: 'YAML file with settings; several accounts can be given there only.',
      format: text,
      isOutsideFile: true,
    },
  },
  demo: {
    demo: {
      flag: 'demo',
      help: 'Watches an embedded cloud instead of a real one; the account settings are not used then.',
      default: 'false',
      format: onOff,
      isOutsideFile: true,
    },
  },
} as const satisfies Readonly<Record<string, Rows>>

/** The rows in the order and under the headings in which people read them. */
export const groups: ReadonlyArray<readonly [string, ReadonlyArray<Setting<unknown>>]> = [
  ['Account', [...Object.values(identity), ...Object.values(place)]],
  ['Calls of the API', Object.values(client)],
  ['Collection', Object.values(collect)],
  ['Metrics', Object.values(metrics)],
  ['Web', Object.values(web)],
  ['Log', Object.values(log)],
  ['File', Object.values(table.file)],
  ['Demo', Object.values(table.demo)],
]

export const isFlag = ({ isSecret }: Setting<unknown>): boolean => isSecret !== true

/** What the command line knows. */
export const flags: ReadonlyArray<Setting<unknown>> = groups.flatMap(([, rows]) => rows.filter(isFlag))
