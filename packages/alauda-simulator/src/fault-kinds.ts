import * as t from './json.js'
import { type Endpoint, endpoints } from './routes.js'

/** The fields of every fault, which select the calls to affect. */
export const selectorRules = {
  /** What the call requests; `listServices` is the list with its pages. */
  endpoint: t.oneOf(...endpoints),
  /** The service in the call's path, by name or uuid; for a duplicate, the service to duplicate. */
  service: t.name,
  /** The instance in the call's path, by name or uuid; for a duplicate, the instance to duplicate. */
  instance: t.name,
  /** A page of the list, from 1. */
  page: t.wholeFrom(1),
  /** Ratio of calls to affect, 0 to 1. `seed` and the call's number decide which, so every run is the same. */
  share: t.numberFrom(0, 1),
  /** Selects other calls and other heavy-tailed delays. Default: 0. */
  seed: t.wholeFrom(0),
  /** Start, in seconds since the epoch by the simulator's clock. */
  from: t.numberFrom(0),
  /** End (exclusive), in seconds since the epoch. */
  until: t.numberFrom(0),
  /** Maximum number of calls to affect. */
  times: t.wholeFrom(1),
}

const hourMs = 3_600_000
// Limits the offset of a clock or a start, so that every date can be written.
const year = 366 * 86_400

const afterLogin = endpoints.filter((endpoint) => endpoint !== 'login')
const metrics = ['getInstanceMetrics'] as const
const list = ['listServices'] as const
const ofInstance = ['getInstance', 'getInstanceMetrics', 'getInstanceLogs'] as const
const ofServices = [...list, 'getService', 'getServiceLogs', 'listInstances', ...ofInstance] as const

const affecting = <Fields extends t.Rules>(calls: ReadonlyArray<Endpoint>, fields: Fields) => ({ calls, fields })

const retryLater = {
  /** Seconds for the header `Retry-After`, which is absent by default. */
  retryAfter: t.numberFrom(0, year),
  /** Form of the header: a number of seconds (default) or a date. */
  retryAfterAs: t.oneOf('seconds', 'date'),
}
const duplicate = {
  /** Seconds from the original's start to the duplicate's; negative if the duplicate is older. */
  startedAfter: t.required(t.numberFrom(-year, year)),
}

/** Every kind of fault: the calls that it can affect, and its fields. */
export const kinds = {
  /** Delays the answer. */
  delay: affecting(endpoints, {
    /** Delay in milliseconds. */
    ms: t.required(t.numberFrom(0, hourMs)),
  }),
  /** Delays each answer by a draw from a bounded Pareto distribution: half exceed the median, few are far longer. */
  'heavy-tailed-delay': affecting(endpoints, {
    /** Median delay in milliseconds. */
    medianMs: t.required(t.numberFrom(0, hourMs)),
    /** Maximum delay in milliseconds. Default: 60 000. */
    maxMs: t.numberFrom(0, hourMs),
    /** Pareto's alpha; a smaller value gives a heavier tail. Default: 1.5. */
    tail: t.numberFrom(0.1, 100),
  }),
  /** Accepts the call and never answers. */
  hang: affecting(endpoints, {}),
  /** Breaks the connection after half of the body. */
  reset: affecting(endpoints, {
    /** Send the body in chunks instead of with a length. */
    chunked: t.flag,
  }),
  /** Sends half of the JSON in a complete HTTP answer. */
  'truncated-json': affecting(endpoints, {}),
  /** Answers with a proxy's page. */
  'html-page': affecting(endpoints, {
    /** Default: 502. Captive portals and login pages send 200. */
    status: t.wholeFrom(200, 599),
  }),
  /** Replaces the API's answer: an error disguised as a success, a locked account, a dump, anything. */
  answer: affecting(endpoints, {
    /** Default: 200. */
    status: t.wholeFrom(200, 599),
    /** The body. Default: empty. */
    text: t.text,
    /** Default: `application/json`. */
    contentType: t.name,
  }),
  /** Appends spaces to the body, which stays valid JSON. */
  padded: affecting(endpoints, {
    /** Length of the padded body. Default: no limit; the answer continues until the client closes the connection. */
    bytes: t.wholeFrom(0),
    /** Compress the body if the client accepts gzip: a few kilobytes become gigabytes. */
    gzip: t.flag,
  }),
  /** Answers 500. */
  'server-error': affecting(endpoints, {}),
  /** Answers 429. */
  'too-many-requests': affecting(endpoints, retryLater),
  /** Answers 503. */
  unavailable: affecting(endpoints, retryLater),
  /**
   * Rejects tokens issued before `from` with 401; without `from`, tokens issued before the fault was set. The next login
   * returns a valid token. When the fault ends, the old tokens are valid again.
   */
  'token-revoked': affecting(afterLogin, {}),
  /** Answers 403. */
  forbidden: affecting(endpoints, {}),
  /** Rejects the login as if the password were wrong. */
  'login-refused': affecting(['login'], {}),
  /** Keeps the status and sends no body. */
  'empty-body': affecting(endpoints, {}),
  /** Sends metrics without points. */
  'no-points': affecting(metrics, {}),
  /** Sends null for every value but the time. */
  'null-values': affecting(metrics, {
    /** Columns that are null. Default: all but `time`. */
    columns: t.names,
  }),
  /** Replaces the values of columns: by text, a negative number, a time in milliseconds. */
  'replaced-values': affecting(metrics, {
    /** Columns to replace; `time` is possible. */
    columns: t.required(t.names),
    /** The new value: any JSON. */
    value: t.required(t.anyJson),
    /** Only in the newest point. */
    newest: t.flag,
  }),
  /** Sends another `count` with the list. */
  'wrong-count': affecting(list, {
    /** The count to send. */
    count: t.required(t.anyNumber),
  }),
  /** Sends the first page for every page, like a cache that ignores the query. */
  'repeated-page': affecting(list, {}),
  /** Omits the newest points, like a slow metric store. */
  'late-points': affecting(metrics, {
    /** How many seconds of points are missing. */
    seconds: t.required(t.numberFrom(0, year)),
  }),
  /** Answers 404 for an instance that the list contains. */
  'instance-gone': affecting(ofInstance, {}),
  /** Deletes and creates services after the first page of a list was read, once and for good. */
  churn: affecting(list, {
    /** Names or uuids. Deleting one from the first page moves all others up, so that a reader misses a service. */
    deletes: t.names,
    /** Names. New services are last in the list. */
    creates: t.names,
  }),
  /**
   * Adds another service of the same name with another uuid beside each selected one. The name alone stands for the original.
   * The duplicate's metrics are the original's with 1 added to each value.
   */
  'duplicate-service': affecting(ofServices, duplicate),
  /** The same for each selected instance. */
  'duplicate-instance': affecting(ofServices, duplicate),
  /** Moves the cloud's clock: its idea of a query's window, the times of points and log lines, and `Date`. */
  'wrong-clock': affecting(endpoints, {
    /** How far the clock is ahead; negative if it is behind. */
    seconds: t.required(t.numberFrom(-year, year)),
  }),
  /** Compresses the body if the client accepts gzip. */
  gzip: affecting(endpoints, {
    /** Send the compressed body in chunks, like a proxy. */
    chunked: t.flag,
  }),
  /** Sends the body in chunks, without a length. */
  chunked: affecting(endpoints, {}),
  /** Redirects the call to another host. */
  redirect: affecting(endpoints, {
    /** The other base URL, such as `http://other.example/v1/`; the path after `/v1/` stays. */
    to: t.required(t.httpUrl),
    /** Default: 302. */
    status: t.oneOf(301, 302, 303, 307, 308),
  }),
  /** Limits calls per token in any 60 seconds; further calls get 429 with `Retry-After`. */
  quota: affecting(afterLogin, {
    /** The limit for each token. */
    callsPerMinute: t.required(t.wholeFrom(1)),
  }),
}
