import { cloudEndpoints } from '@alauda-exporter/alauda-client'
import { labelNamePattern } from '@alauda-exporter/alauda-client/options'
import { takenLabelNames } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import {
  anyScalar,
  chain,
  cores,
  durationUpToDays,
  type Format,
  fileName,
  longestWaitDays,
  matching,
  oneOf,
  positiveInteger,
  rate,
  sizeUpTo,
  text,
  wholeNumber,
} from '../toolkit/config/format.js'
import { baseUrl, labelText, openProxyUrl, urlName } from './formats.js'
import type { Rows, Setting } from './setting.js'

const clouds = ['cn', 'io'] as const satisfies ReadonlyArray<keyof typeof cloudEndpoints>

/** Whose account it is. An account of the file takes none of it from elsewhere. */
export const identity = {
  username: {
    flag: 'alauda.username',
    environment: 'ALAUDA_USERNAME',
    help: 'User name of the account.',
    // The default namespace.
    format: urlName,
  },
  password: {
    flag: 'alauda.password',
    environment: 'ALAUDA_PASSWORD',
    help: 'Password of the account; anyone who can read the settings can read it.',
    format: text,
    isSecret: true,
  },
  passwordFile: {
    flag: 'alauda.password-file',
    environment: 'ALAUDA_PASSWORD_FILE',
    help: 'File with the password, read again at each login. Alternative: ALAUDA_PASSWORD.',
    format: fileName,
  },
  token: {
    flag: 'alauda.token',
    environment: 'ALAUDA_TOKEN',
    help: 'API token of the account; anyone who can read the settings can read it.',
    // The client checks the rest, also for a token from a file.
    format: { ...text, schema: { ...text.schema, pattern: '^[!-~]+$' } },
    isSecret: true,
  },
  tokenFile: {
    flag: 'alauda.token-file',
    environment: 'ALAUDA_TOKEN_FILE',
    help: 'File with an API token, instead of user name and password; read at start and reload only. Alternative: ALAUDA_TOKEN.',
    format: fileName,
  },
  organization: {
    flag: 'alauda.organization',
    environment: 'ALAUDA_ORGANIZATION',
    help: 'Organization to which the user name belongs as a sub-account.',
    // The default namespace.
    format: urlName,
  },
  namespaces: {
    flag: 'alauda.namespace',
    environment: 'ALAUDA_NAMESPACE',
    help: 'User or organization whose services to watch. Default: the organization, else the user name.',
    isList: true,
    format: urlName,
  },
} as const satisfies Rows

/** Where the account is. */
export const place = {
  cloud: {
    flag: 'alauda.cloud',
    environment: 'ALAUDA_CLOUD',
    help: `Public cloud: ${clouds.join(' or ')}.`,
    default: 'cn',
    format: oneOf('CLOUD', ...clouds),
  },
  endpoint: {
    flag: 'alauda.endpoint',
    environment: 'ALAUDA_ENDPOINT',
    help: `Base URL of the API of any other cloud, like ${cloudEndpoints.cn}. Takes precedence over the public cloud.`,
    format: baseUrl(cloudEndpoints.cn),
  },
} as const satisfies Rows

/** How the API is called. */
export const client = {
  timeoutMs: {
    flag: 'alauda.timeout',
    help: 'Maximum duration of one API call.',
    default: '10s',
    format: durationUpToDays(longestWaitDays),
  },
  maxConcurrency: {
    flag: 'alauda.max-concurrency',
    help: 'Maximum concurrent API calls.',
    default: '32',
    format: positiveInteger,
  },
  maxRequestsPerSecond: {
    flag: 'alauda.max-requests-per-second',
    help: 'Maximum API calls started per second, evenly spread, without logins; 0 disables the limit.',
    default: '0',
    format: rate,
  },
  maxAnswerBytes: {
    flag: 'alauda.max-answer-size',
    help: 'Maximum size of one API response after decompression; a larger one fails the call.',
    default: '4MB',
    // A larger response does not fit into a string of Node.js.
    format: sizeUpTo(256),
  },
  maxPages: {
    flag: 'alauda.max-pages',
    help: 'Maximum pages of one list; a longer list fails the collection.',
    default: '5000',
    format: positiveInteger,
  },
  maxServices: {
    flag: 'alauda.max-services',
    help: 'Maximum services of one list; a longer list fails the collection.',
    default: '100000',
    format: positiveInteger,
  },
  maxRetries: {
    flag: 'alauda.max-retries',
    help: 'Maximum retries of an API call that fails temporarily: no response, 429 or 5xx.',
    default: '2',
    format: wholeNumber,
  },
} as const satisfies Rows

/** Through what the API is reached. Files are read again every minute. */
export const connection = {
  proxyUrl: {
    flag: 'alauda.proxy-url',
    help: 'URL of the HTTP proxy for API calls. Default: that of HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY excludes the host.',
    format: openProxyUrl,
  },
  proxyCredentialsFile: {
    flag: 'alauda.proxy-credentials-file',
    help: 'File with user:password for the proxy.',
    format: fileName,
  },
  caFile: {
    flag: 'alauda.ca-file',
    help: 'PEM file with the certificate authorities of the API, instead of the public ones.',
    format: fileName,
  },
  clientCertFile: {
    flag: 'alauda.client-cert-file',
    help: 'PEM file with the certificate that the exporter presents to the API.',
    format: fileName,
  },
  clientKeyFile: {
    flag: 'alauda.client-key-file',
    help: 'PEM file with the private key of that certificate. Default: it is in the file of the certificate.',
    format: fileName,
  },
} as const satisfies Rows

export const accountName = {
  flag: 'accounts.name',
  help: 'Name of the account; different for each.',
  // It becomes the value of a label.
  format: matching(
    'NAME',
    /^[A-Za-z0-9_.-]{1,1024}$/,
    (given) => (given.length > 1024 ? 'at most 1024 characters' : 'letters, digits, _, . and - only'),
    { type: anyScalar },
  ),
} satisfies Setting<string>

const labelName = matching(
  'NAME',
  labelNamePattern,
  'a label name of 1 to 1024 letters, digits and _, which begins neither with a digit nor with __',
)

/** The labels that series have already, or that Prometheus or the exporter gives them. */
const takenLabels = (serviceLabels: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...takenLabelNames({ serviceLabels }),
  'account',
]

/** The name of a label that the metrics do not have, with these labels of services among theirs. */
export const labelNameBeside = (serviceLabels: ReadonlyArray<string>): Format<string> => {
  const taken = takenLabels(serviceLabels)
  return chain(
    labelName,
    E.fromPredicate(
      (name) => !taken.includes(name),
      () => 'a label name that the metrics do not have',
    ),
  )
}

export const accountLabels = {
  flag: 'accounts.labels',
  help: 'Labels for all series of the account.',
  format: {
    parse: () => E.left('a map of labels'),
    schema: {
      type: ['object', 'null'],
      propertyNames: { ...labelName.schema, not: { enum: takenLabels([]) } },
      additionalProperties: labelText.schema,
    },
  },
} satisfies Setting<never>

/** The settings that an account of the file may have: its own and those of the section `alauda`. */
export const accountSettings: ReadonlyArray<Setting<unknown>> = [
  accountName,
  ...Object.values<Setting<unknown>>({ ...identity, ...place, ...client, ...connection }),
  accountLabels,
]

/** What a named size of the cloud has: at least one of them. */
export const sizeRows = {
  cpu: { flag: 'sizes.cpu', help: 'Cores of each instance.', format: cores },
  memory: { flag: 'sizes.memory', help: 'Memory of each instance.', format: sizeUpTo(1024 ** 2) },
} as const satisfies Rows
