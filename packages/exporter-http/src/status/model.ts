/**
 * What the page shows and `/api/v1/services` answers: one model for both, documented in docs/api.md. Plain data in Prometheus'
 * units, times in seconds since the epoch. What is not known is absent, never 0. It imports nothing, so that the page's script
 * can share it.
 */
export interface Status {
  /** Grows when a field is removed or changes its meaning, not when one is added. */
  readonly apiVersion: 2
  /** The exporter's own. */
  readonly version: string
  /** The time of this response. */
  readonly time: number
  readonly accounts: ReadonlyArray<AccountStatus>
  /** How many services match what is asked for; those of one page are in it. */
  readonly matchingServices: number
  /** Which page of them this is, from 1. */
  readonly page: number
  /** How many there are, at least 1. */
  readonly pageCount: number
}

export interface AccountStatus {
  /** Absent for the only account. */
  readonly account?: string
  /** Requests to the API since the exporter has been watching this account. */
  readonly apiRequests: number
  readonly namespaces: ReadonlyArray<NamespaceStatus>
}

export interface NamespaceStatus {
  readonly namespace: string
  /** Whether the last collection read the whole list of services; absent before the first one. */
  readonly up?: boolean
  /** When the last collection began. */
  readonly lastCollectionTime?: number
  /** When the whole list of services was last read. */
  readonly lastSuccessTime?: number
  readonly collectionDurationSeconds?: number
  /** From the start of one collection to the start of the next; absent when there is one at each scrape. */
  readonly collectionIntervalSeconds?: number
  /** Why the list of services could not be read. */
  readonly failure?: FailureStatus
  /** How many instances' values could not be read, and why the first one's could not. */
  readonly failedInstances: number
  readonly firstInstanceFailure?: FailureStatus
  /** Left out because there are more than the exporter may read. */
  readonly leftOutInstances: number
  /** Services and instances left out because a label would be longer than allowed. */
  readonly tooLong: number
  /** Services and instances left out because a newer one has the same labels. */
  readonly duplicates: number
  /** How many services there are, on whichever page. */
  readonly serviceCount: number
  /** Of all services; absent if no service reports it. */
  readonly runningInstances?: number
  /** Those that match, of this page. */
  readonly services: ReadonlyArray<ServiceStatus>
}

export interface FailureStatus {
  readonly kind: string
  readonly message: string
}

/** What adds up over instances, or is their mean. */
export interface Usage {
  /** Cores in use between the last two measurements. */
  readonly cpuUsageCores?: number
  /** The same as a share of the CPU limit; absent where the limit is unknown. */
  readonly cpuUtilizationRatio?: number
  readonly memoryUsageBytes?: number
  /** Share of the memory limit in use. */
  readonly memoryUtilizationRatio?: number
  readonly networkReceiveBytesPerSecond?: number
  readonly networkTransmitBytesPerSecond?: number
}

export interface ServiceStatus extends Usage {
  readonly service: string
  /** Distinguishes services of the same name. */
  readonly uuid?: string
  /** Another service of the namespace has the same name, in another project or space. */
  readonly isNamesake?: true
  readonly project?: string
  readonly space?: string
  readonly region?: string
  /** What the cloud calls the size of its instances. */
  readonly size?: string
  /** What each instance may use. */
  readonly cpuLimitCores?: number
  readonly memoryLimitBytes?: number
  /** With its tag. */
  readonly image?: string
  /** As the API spells it. */
  readonly status?: string
  readonly targetInstances?: number
  /** Running instances, as the service reports them. */
  readonly runningInstances?: number
  /** When the service was last listed as it is here. */
  readonly listedTime: number
  /** Why its instances are not known. */
  readonly instancesFailure?: FailureStatus
  readonly instances: ReadonlyArray<InstanceStatus>
  /** Which part of its instances these are; absent when they are all. */
  readonly instancePages?: InstancePages
  readonly history?: HistoryStatus
}

/** The instances of a service that has more of them than one page shows. */
export interface InstancePages {
  /** How many instances there are. */
  readonly count: number
  /** Which page of them this is, from 1. */
  readonly page: number
  readonly pageCount: number
}

export interface InstanceStatus extends Usage {
  readonly instance: string
  readonly uuid: string
  readonly outcome: 'ok' | 'empty' | 'gone' | 'failed'
  readonly failure?: FailureStatus
  readonly startTime?: number
  /** When the cloud measured the values. */
  readonly sampleTime?: number
  readonly cpuUsageSecondsTotal?: number
  readonly networkReceiveBytesTotal?: number
  readonly networkTransmitBytesTotal?: number
}

/** Maximum services whose last hour is kept in memory. */
export const mostPlotted = 1000

/** The last hour, oldest first. All lists are of one length; null where nothing was measured. */
export interface HistoryStatus {
  readonly times: ReadonlyArray<number>
  readonly cpuUsageCores: ReadonlyArray<number | null>
  readonly memoryUsageBytes: ReadonlyArray<number | null>
}

/** The answer to a request with `since`: what has changed since an earlier answer. */
export interface Changes {
  readonly apiVersion: 2
  readonly version: string
  readonly time: number
  /** Names what is shown: the next request's `since`. */
  readonly state: string
  /** The earlier state; absent when the exporter does not know it any more, so that all is here. */
  readonly since?: string
  readonly accounts: ReadonlyArray<AccountChanges>
  readonly matchingServices: number
  readonly page: number
  readonly pageCount: number
}

export interface AccountChanges {
  readonly account?: string
  readonly apiRequests: number
  readonly namespaces: ReadonlyArray<NamespaceChanges>
}

/** `services` is empty. */
export interface NamespaceChanges extends NamespaceStatus {
  /** All services of the namespace, in order. */
  readonly changes: ReadonlyArray<ServiceChange>
}

/** A service that is new or has changed; or services that are as they were. */
export interface ServiceChange {
  /** Without its history if `histories` has the change of it. */
  readonly service?: ServiceStatus
  /** The place of the first service among those of the earlier state, all namespaces together. */
  readonly from?: number
  /** How many follow each other there. */
  readonly count?: number
  /** Their `listedTime`, if it has changed. */
  readonly listedTime?: number
  /** Of each of them; absent when no history has changed. */
  readonly histories?: ReadonlyArray<HistoryChange>
}

/** Points of before, and points that follow them. */
export interface HistoryChange {
  readonly from: number
  readonly count: number
  readonly times: ReadonlyArray<number>
  readonly cpuUsageCores: ReadonlyArray<number | null>
  readonly memoryUsageBytes: ReadonlyArray<number | null>
}
