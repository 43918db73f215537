import { cloudEndpoints, endpointFault } from '@alauda-exporter/alauda-client'
import { durationUpToDays, longestWaitDays } from './duration.js'
import { fileName, oneOf, positiveInteger, rate, text, textUnless, urlName, wholeNumber } from './format.js'
import type { Rows } from './setting.js'
import { sizeUpTo } from './size.js'

const clouds = ['cn', 'io'] as const satisfies ReadonlyArray<keyof typeof cloudEndpoints>

/** What says whose account it is. No account takes any of it from elsewhere. */
export const identity = {
  username: {
    flag: 'alauda.username',
    environment: 'ALAUDA_USERNAME',
    placeholder: 'NAME',
    help: 'User name of the account.',
    // Where no namespace is given it is one.
    format: urlName,
  },
  password: {
    flag: 'alauda.password',
    environment: 'ALAUDA_PASSWORD',
    placeholder: 'PASSWORD',
    help: 'The password itself; whoever can read the settings can read it.',
    format: text,
    isSecret: true,
  },
  passwordFile: {
    flag: 'alauda.password-file',
    environment: 'ALAUDA_PASSWORD_FILE',
    placeholder: 'FILE',
    help: 'File that holds the password, read again at each login. Or set ALAUDA_PASSWORD.',
    fileHelp: 'File that holds the password, read again at each login; relative to this one.',
    format: fileName,
  },
  token: {
    flag: 'alauda.token',
    environment: 'ALAUDA_TOKEN',
    placeholder: 'TOKEN',
    help: 'The token itself; whoever can read the settings can read it.',
    // What else is wrong with it is told together with where it came from.
    format: { ...text, schema: { ...text.schema, pattern: '^[!-~]+$' } },
    isSecret: true,
  },
  tokenFile: {
    flag: 'alauda.token-file',
    environment: 'ALAUDA_TOKEN_FILE',
    placeholder: 'FILE',
    help: 'File that holds a token, instead of user name and password; read at the start and on reload only. Or set ALAUDA_TOKEN.',
    fileHelp:
      'File that holds a token, instead of user name and password; read at the start and on reload only, relative to this one.',
    format: fileName,
  },
  organization: {
    flag: 'alauda.organization',
    environment: 'ALAUDA_ORGANIZATION',
    placeholder: 'NAME',
    help: 'Organization whose sub-account the user name is.',
    // As with the user name.
    format: urlName,
  },
  namespaces: {
    flag: 'alauda.namespace',
    environment: 'ALAUDA_NAMESPACE',
    placeholder: 'NAME',
    help: 'Whose services to watch: a user or an organization; may be repeated. Default: the organization, else the user name.',
    fileHelp: 'Whose services to watch: users or organizations. Default: the organization, else the user name.',
    isList: true,
    format: urlName,
  },
} as const satisfies Rows

/** Where the account is. */
export const place = {
  cloud: {
    flag: 'alauda.cloud',
    environment: 'ALAUDA_CLOUD',
    placeholder: 'CLOUD',
    help: `Public cloud: ${clouds.join(' or ')}.`,
    default: 'cn',
    format: oneOf(...clouds),
  },
  endpoint: {
    flag: 'alauda.endpoint',
    environment: 'ALAUDA_ENDPOINT',
    placeholder: 'URL',
    help: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Wins over --alauda.cloud.`,
    fileHelp: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Wins over the cloud.`,
    format: textUnless(/^[Hh][Tt][Tt][Pp][Ss]?:/, (given) => endpointFault(given)?.replace(/^it /, '')),
  },
} as const satisfies Rows

/** How the API is called. */
export const client = {
  timeoutMs: {
    flag: 'alauda.timeout',
    placeholder: 'DURATION',
    help: 'How long one call of the API may take.',
    default: '10s',
    format: durationUpToDays(longestWaitDays),
  },
  maxConcurrency: {
    flag: 'alauda.max-concurrency',
    placeholder: 'N',
    help: 'How many calls of the API may be under way at a time.',
    default: '32',
    format: positiveInteger,
  },
  maxRequestsPerSecond: {
    flag: 'alauda.max-requests-per-second',
    placeholder: 'N',
    help: 'How many calls of the API may begin in a second, evenly spread; logins do not count. 0 for no limit.',
    default: '0',
    format: rate,
  },
  maxAnswerBytes: {
    flag: 'alauda.max-answer-size',
    placeholder: 'SIZE',
    help: 'Maximum size of one answer of the API after decompression; a larger one fails the call.',
    default: '4MB',
    // Above this an answer does not fit into one text of Node's.
    format: sizeUpTo(256),
  },
  maxPages: {
    flag: 'alauda.max-pages',
    placeholder: 'N',
    help: 'Maximum pages of one list; a longer list fails the collection.',
    default: '5000',
    format: positiveInteger,
  },
  maxServices: {
    flag: 'alauda.max-services',
    placeholder: 'N',
    help: 'Maximum services of one list; a longer list fails the collection.',
    default: '100000',
    format: positiveInteger,
  },
  maxRetries: {
    flag: 'alauda.max-retries',
    placeholder: 'N',
    help: 'How often a call is made again that failed for a passing reason: no answer, 429 or 5xx.',
    default: '2',
    format: wholeNumber,
  },
} as const satisfies Rows
