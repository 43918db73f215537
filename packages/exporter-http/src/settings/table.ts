import { cloudEndpoints, endpointFault, periods } from '@alauda-exporter/alauda-client'
import { logFormats, logLevels } from '../log.js'
import { durationUpToDays, longestWaitDays } from './duration.js'
import { parseListenAddress } from './listen-address.js'
import {
  parseOneOf,
  parsePositiveInteger,
  parseRate,
  parseSwitch,
  parseText,
  parseUnless,
  parseWholeNamePattern,
  parseWholeNumber,
  type Setting,
} from './setting.js'

// The type of each row's value comes from its `parse`.
const setting = <A>(row: Setting<A>): Setting<A> => row

const clouds = ['cn', 'io'] as const satisfies ReadonlyArray<keyof typeof cloudEndpoints>

// The API answers for the last 30 days.
const daysKept = 30

const reservedPaths = ['/', '/-/healthy', '/-/ready']

/** Every setting, once: the help, the documentation and the reading of settings all come from here. */
export const table = {
  username: setting({
    flag: 'alauda.username',
    environment: 'ALAUDA_USERNAME',
    placeholder: 'NAME',
    help: 'User name of the account.',
    parse: parseText,
  }),
  passwordFile: setting({
    flag: 'alauda.password-file',
    environment: 'ALAUDA_PASSWORD_FILE',
    placeholder: 'FILE',
    help: 'File that holds the password, read again at each login. Or set ALAUDA_PASSWORD.',
    parse: parseText,
  }),
  tokenFile: setting({
    flag: 'alauda.token-file',
    environment: 'ALAUDA_TOKEN_FILE',
    placeholder: 'FILE',
    help: 'File that holds a token, instead of user name and password. Or set ALAUDA_TOKEN.',
    parse: parseText,
  }),
  organization: setting({
    flag: 'alauda.organization',
    environment: 'ALAUDA_ORGANIZATION',
    placeholder: 'NAME',
    help: 'Organization whose sub-account the user name is.',
    parse: parseText,
  }),
  cloud: setting({
    flag: 'alauda.cloud',
    environment: 'ALAUDA_CLOUD',
    placeholder: 'CLOUD',
    help: `Public cloud: ${clouds.join(' or ')}.`,
    default: 'cn',
    parse: parseOneOf(...clouds),
  }),
  endpoint: setting({
    flag: 'alauda.endpoint',
    environment: 'ALAUDA_ENDPOINT',
    placeholder: 'URL',
    help: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Wins over --alauda.cloud.`,
    parse: parseUnless((text) => endpointFault(text)?.replace(/^it /, '')),
  }),
  namespaces: setting({
    flag: 'alauda.namespace',
    environment: 'ALAUDA_NAMESPACE',
    placeholder: 'NAME',
    help: 'Whose services to watch: a user or an organization; may be repeated. Default: the organization, else the user name.',
    isList: true,
    parse: parseText,
  }),
  timeout: setting({
    flag: 'alauda.timeout',
    placeholder: 'DURATION',
    help: 'How long one call of the API may take.',
    default: '10s',
    parse: durationUpToDays(longestWaitDays),
  }),
  maxConcurrency: setting({
    flag: 'alauda.max-concurrency',
    placeholder: 'N',
    help: 'How many calls of the API may be under way at a time.',
    default: '32',
    parse: parsePositiveInteger,
  }),
  maxRequestsPerSecond: setting({
    flag: 'alauda.max-requests-per-second',
    placeholder: 'N',
    help: 'How many calls of the API may begin in a second, evenly spread; 0 for no limit.',
    default: '0',
    parse: parseRate,
  }),
  maxRetries: setting({
    flag: 'alauda.max-retries',
    placeholder: 'N',
    help: 'How often a call is made again that failed for a passing reason: no answer, 429 or 5xx.',
    default: '2',
    parse: parseWholeNumber,
  }),
  interval: setting({
    flag: 'collect.interval',
    placeholder: 'DURATION',
    help: 'From the start of one collection to the start of the next.',
    default: '60s',
    demoDefault: '5s',
    parse: durationUpToDays(longestWaitDays),
  }),
  collectTimeout: setting({
    flag: 'collect.timeout',
    placeholder: 'DURATION',
    help: 'How long one collection may take. The default is the interval.',
    parse: durationUpToDays(longestWaitDays),
  }),
  window: setting({
    flag: 'collect.window',
    placeholder: 'DURATION',
    help: "How far back to look for an instance's newest point.",
    default: '5m',
    demoDefault: '1m',
    parse: durationUpToDays(daysKept),
  }),
  period: setting({
    flag: 'collect.period',
    placeholder: 'PERIOD',
    help: `How far apart the points are that the API is asked for: ${periods.join(', ')}.`,
    default: '1m',
    demoDefault: '1s',
    parse: parseOneOf(...periods),
  }),
  maxAge: setting({
    flag: 'collect.max-age',
    placeholder: 'DURATION',
    help: 'How long what cannot be read again is shown. The default is 5m, or twice the interval if that is longer.',
    parse: durationUpToDays(daysKept),
  }),
  maxInstances: setting({
    flag: 'collect.max-instances',
    placeholder: 'N',
    help: 'How many instances of a namespace to watch at the most.',
    default: '50000',
    parse: parsePositiveInteger,
  }),
  includeServices: setting({
    flag: 'collect.include-services',
    placeholder: 'REGEX',
    help: 'Which services to watch: a regular expression for the whole name. The default is all.',
    parse: parseWholeNamePattern,
  }),
  excludeServices: setting({
    flag: 'collect.exclude-services',
    placeholder: 'REGEX',
    help: 'Which of them not to watch: a regular expression for the whole name. The default is none.',
    parse: parseWholeNamePattern,
  }),
  articleNames: setting({
    flag: 'metrics.article-names',
    help: "Adds the gauges cpu_cumulative_usage, cpu_utilization, memory_usage and memory_utilization, in the API's own units.",
    default: 'false',
    parse: parseSwitch,
  }),
  serviceLabels: setting({
    flag: 'metrics.service-labels',
    placeholder: 'KEY',
    help: 'Label of services to show in alauda_service_labels. May be repeated.',
    isList: true,
    parse: parseText,
  }),
  listenAddresses: setting({
    flag: 'web.listen-address',
    placeholder: 'ADDRESS',
    help: 'Where to serve. May be repeated.',
    isList: true,
    default: ':10104',
    parse: parseListenAddress,
  }),
  telemetryPath: setting({
    flag: 'web.telemetry-path',
    placeholder: 'PATH',
    help: 'Where the metrics are.',
    default: '/metrics',
    parse: parseUnless((path) => {
      if (!/^\/[\w./~-]*$/.test(path)) return 'must be a path like /metrics'
      return reservedPaths.includes(path) ? `must not be one of ${reservedPaths.join(', ')}` : undefined
    }),
  }),
  logLevel: setting({
    flag: 'log.level',
    placeholder: 'LEVEL',
    help: `From which level on to log: ${logLevels.join(', ')}.`,
    default: 'info',
    parse: parseOneOf(...logLevels),
  }),
  logFormat: setting({
    flag: 'log.format',
    placeholder: 'FORMAT',
    help: `How to log: ${logFormats.join(' or ')}.`,
    default: 'logfmt',
    parse: parseOneOf(...logFormats),
  }),
  demo: setting({
    flag: 'demo',
    help: 'Watches an embedded cloud instead of a real one; the account settings are not used then.',
    default: 'false',
    parse: parseSwitch,
  }),
}

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
  ['Metrics', [table.articleNames, table.serviceLabels]],
  ['Web', [table.listenAddresses, table.telemetryPath]],
  ['Log', [table.logLevel, table.logFormat]],
  ['Demo', [table.demo]],
]

/** Secrets come from the environment or a file only: a flag can be read in the list of processes. */
export const secretVariables = { password: 'ALAUDA_PASSWORD', token: 'ALAUDA_TOKEN' } as const
