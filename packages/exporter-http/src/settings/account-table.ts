import { cloudEndpoints, endpointFault } from '@alauda-exporter/alauda-client'
import { durationUpToDays, longestWaitDays } from './duration.js'
import { oneOf, positiveInteger, rate, text, textUnless, urlName, wholeNumber } from './format.js'
import { setting } from './setting.js'

const clouds = ['cn', 'io'] as const satisfies ReadonlyArray<keyof typeof cloudEndpoints>

/** The rows of the table that say whose account it is, where, and how it is called. */
export const accountTable = {
  username: setting({
    flag: 'alauda.username',
    environment: 'ALAUDA_USERNAME',
    placeholder: 'NAME',
    help: 'User name of the account.',
    // Where no namespace is given it is one.
    format: urlName,
  }),
  passwordFile: setting({
    flag: 'alauda.password-file',
    environment: 'ALAUDA_PASSWORD_FILE',
    placeholder: 'FILE',
    help: 'File that holds the password, read again at each login. Or set ALAUDA_PASSWORD.',
    fileHelp: 'File that holds the password, read again at each login; relative to this one.',
    format: text,
  }),
  tokenFile: setting({
    flag: 'alauda.token-file',
    environment: 'ALAUDA_TOKEN_FILE',
    placeholder: 'FILE',
    help: 'File that holds a token, instead of user name and password; read at the start and on reload only. Or set ALAUDA_TOKEN.',
    fileHelp:
      'File that holds a token, instead of user name and password; read at the start and on reload only, relative to this one.',
    format: text,
  }),
  organization: setting({
    flag: 'alauda.organization',
    environment: 'ALAUDA_ORGANIZATION',
    placeholder: 'NAME',
    help: 'Organization whose sub-account the user name is.',
    // As with the user name.
    format: urlName,
  }),
  cloud: setting({
    flag: 'alauda.cloud',
    environment: 'ALAUDA_CLOUD',
    placeholder: 'CLOUD',
    help: `Public cloud: ${clouds.join(' or ')}.`,
    default: 'cn',
    format: oneOf(...clouds),
  }),
  endpoint: setting({
    flag: 'alauda.endpoint',
    environment: 'ALAUDA_ENDPOINT',
    placeholder: 'URL',
    help: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Wins over --alauda.cloud.`,
    fileHelp: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Wins over the cloud.`,
    format: textUnless(/^[Hh][Tt][Tt][Pp][Ss]?:/, (given) => endpointFault(given)?.replace(/^it /, '')),
  }),
  namespaces: setting({
    flag: 'alauda.namespace',
    environment: 'ALAUDA_NAMESPACE',
    placeholder: 'NAME',
    help: 'Whose services to watch: a user or an organization; may be repeated. Default: the organization, else the user name.',
    fileHelp: 'Whose services to watch: users or organizations. Default: the organization, else the user name.',
    isList: true,
    format: urlName,
  }),
  timeout: setting({
    flag: 'alauda.timeout',
    placeholder: 'DURATION',
    help: 'How long one call of the API may take.',
    default: '10s',
    format: durationUpToDays(longestWaitDays),
  }),
  maxConcurrency: setting({
    flag: 'alauda.max-concurrency',
    placeholder: 'N',
    help: 'How many calls of the API may be under way at a time.',
    default: '32',
    format: positiveInteger,
  }),
  maxRequestsPerSecond: setting({
    flag: 'alauda.max-requests-per-second',
    placeholder: 'N',
    help: 'How many calls of the API may begin in a second, evenly spread; logins do not count. 0 for no limit.',
    default: '0',
    format: rate,
  }),
  maxRetries: setting({
    flag: 'alauda.max-retries',
    placeholder: 'N',
    help: 'How often a call is made again that failed for a passing reason: no answer, 429 or 5xx.',
    default: '2',
    format: wholeNumber,
  }),
}

/**
 * Secrets come from the environment or a file only: a flag can be read in the list of processes. These rows have the shape of
 * the others, but the command line knows no such flags.
 */
export const secrets = {
  password: setting({
    flag: 'alauda.password',
    environment: 'ALAUDA_PASSWORD',
    placeholder: 'PASSWORD',
    help: 'The password itself; whoever can read the settings can read it.',
    format: text,
  }),
  token: setting({
    flag: 'alauda.token',
    environment: 'ALAUDA_TOKEN',
    placeholder: 'TOKEN',
    help: 'The token itself; whoever can read the settings can read it.',
    // What else is wrong with it is told together with where it came from.
    format: { ...text, schema: { ...text.schema, pattern: '^[!-~]+$' } },
  }),
}
