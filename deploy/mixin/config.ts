import type { Duration, Severity } from './rules.js'

/** What every alert has. */
export interface AlertConfig {
  readonly severity: Severity
  /** How long it must be so before the alert fires. */
  readonly for: Duration
  /**
   * For how long the alert goes on after it was last so, that it does not come and go. For what a cloud or an exporter that is
   * down takes away this is longer than `for` of AlaudaCloudDown and AlaudaExporterDown: then these are there to hold back
   * that a service is well, when only nothing is known of it.
   */
  readonly keepFiringFor?: Duration
}

interface Threshold extends AlertConfig {
  readonly threshold: number
}

interface Windowed extends AlertConfig {
  /** How far back the expression looks. */
  readonly window: Duration
}

type WindowedThreshold = Threshold & Windowed

export interface MixinConfig {
  /** Which targets are the exporter's: label matchers for Prometheus' own metric `up`. With `=` the alert names the job. */
  readonly targetSelector: string
  /** Label matchers for all metrics of the exporter, as `cluster="north"`. Empty: all that there are. */
  readonly selector: string
  /**
   * Labels that tell scrape targets apart and say nothing of a service. They are aggregated away, so that two exporters with
   * one account, or a probe for each service, give one alert. All other labels are kept, with those of the settings' accounts.
   */
  readonly targetLabels: ReadonlyArray<string>
  /** Where the runbooks are: an alert's is `<runbookBaseUrl>/<alert>.md`. */
  readonly runbookBaseUrl: string
  /**
   * Over which span recording rules take rates. The cloud measures once a minute, and between two measurements a counter stands
   * still, however often it is scraped. So the span is counted in minutes: five hold four increases, and bridge a lost one.
   */
  readonly rateWindow: Duration
  readonly alerts: {
    readonly AlaudaExporterDown: AlertConfig
    /** Critical where each target tells of services that no other tells of, and those have to be watched. */
    readonly AlaudaTargetDown: AlertConfig
    readonly AlaudaConfigReloadFailed: AlertConfig
    /** `threshold`: seconds since a list of services was last read. Above the interval of collections. */
    readonly AlaudaCollectionStopped: Threshold
    /** `threshold`: share of the interval that collections take on average. */
    readonly AlaudaCollectionSlow: WindowedThreshold
    readonly AlaudaInstancesLeftOut: AlertConfig
    /** Above the time that a redeploy takes: meanwhile two instances bear one name. */
    readonly AlaudaDuplicatesLeftOut: AlertConfig
    /** `window`: for how long a namespace that is no longer watched is missed. */
    readonly AlaudaNamespaceVanished: Windowed
    readonly AlaudaCloudDown: AlertConfig
    readonly AlaudaCollectionFailing: AlertConfig
    /** `threshold`: share of the requests that are refused. */
    readonly AlaudaAccessRefused: WindowedThreshold
    /** `threshold`: share of the requests that are answered 429. */
    readonly AlaudaQuotaNearlyUsed: WindowedThreshold
    /** `threshold`: seconds that a call waits for its turn, on average. */
    readonly AlaudaCallsWaiting: WindowedThreshold
    /**
     * `threshold`: seconds since the newest value was measured. `window`: how far back values are sought; an instance that
     * has been there for less is not missed. Both above `--collect.max-age`'s 5 minutes, or close to it.
     */
    readonly AlaudaSamplesTooOld: WindowedThreshold
    /** Above the time that a deployment may leave a service without instances. */
    readonly AlaudaServiceDown: AlertConfig
    readonly AlaudaServiceNotRunning: AlertConfig
    /** `window`: instances count as wanted when the target was at least so high all the time, so that scaling up is none. */
    readonly AlaudaInstancesMissing: Windowed
    /** `window`: for how long a service that is gone is missed. */
    readonly AlaudaServiceVanished: Windowed
    readonly AlaudaDeploymentStuck: AlertConfig
    readonly AlaudaAutoscalerAtMaximum: AlertConfig
    /** `threshold`: restarts of one instance within the window, beyond those of redeploys. */
    readonly AlaudaInstanceRestarting: WindowedThreshold
    /**
     * `threshold`: share of the CPU limit, averaged over the window. A measurement that comes late lacks one minute of the window:
     * of 15 minutes that is 7 %, so that an instance at its limit stays above the threshold, and of 10 minutes it would be 10 %.
     */
    readonly AlaudaCpuNearLimit: WindowedThreshold
    /** `threshold`: share of the memory limit, averaged over the window. */
    readonly AlaudaMemoryNearLimit: WindowedThreshold
    /** `window`: what the line is drawn through. `ahead`: how far it is drawn. `threshold`: share of the limit from which on it counts. */
    readonly AlaudaMemoryGrowing: WindowedThreshold & { readonly ahead: Duration }
    /** `threshold`: packets in error a second, over all instances of a service, in one direction. */
    readonly AlaudaNetworkErrors: WindowedThreshold
  }
}

/** Thresholds for scrapes and collections once a minute, and values that are shown for five minutes: the exporter's defaults. */
export const defaultConfig: MixinConfig = {
  targetSelector: 'job="alauda"',
  selector: '',
  targetLabels: ['instance', 'job', 'pod', 'container', 'endpoint'],
  runbookBaseUrl: 'https://github.com/alauda-exporter/alauda-exporter/blob/main/docs/runbooks',
  rateWindow: '5m',
  alerts: {
    AlaudaExporterDown: { severity: 'critical', for: '5m' },
    AlaudaTargetDown: { severity: 'warning', for: '10m' },
    AlaudaConfigReloadFailed: { severity: 'warning', for: '5m' },
    AlaudaCollectionStopped: { severity: 'critical', for: '5m', threshold: 600 },
    AlaudaCollectionSlow: { severity: 'warning', for: '5m', keepFiringFor: '15m', threshold: 0.9, window: '15m' },
    AlaudaInstancesLeftOut: { severity: 'warning', for: '10m' },
    AlaudaDuplicatesLeftOut: { severity: 'info', for: '1h' },
    AlaudaNamespaceVanished: { severity: 'warning', for: '15m', keepFiringFor: '10m', window: '6h' },
    AlaudaCloudDown: { severity: 'critical', for: '5m', keepFiringFor: '5m' },
    AlaudaCollectionFailing: { severity: 'warning', for: '10m', keepFiringFor: '5m' },
    AlaudaAccessRefused: { severity: 'critical', for: '5m', threshold: 0.5, window: '15m' },
    AlaudaQuotaNearlyUsed: { severity: 'warning', for: '10m', keepFiringFor: '15m', threshold: 0.01, window: '15m' },
    AlaudaCallsWaiting: { severity: 'info', for: '15m', keepFiringFor: '15m', threshold: 15, window: '15m' },
    AlaudaSamplesTooOld: { severity: 'warning', for: '5m', keepFiringFor: '10m', threshold: 300, window: '15m' },
    AlaudaServiceDown: { severity: 'critical', for: '10m', keepFiringFor: '10m' },
    AlaudaServiceNotRunning: { severity: 'critical', for: '10m', keepFiringFor: '10m' },
    AlaudaInstancesMissing: { severity: 'warning', for: '10m', keepFiringFor: '10m', window: '10m' },
    AlaudaServiceVanished: { severity: 'warning', for: '10m', keepFiringFor: '10m', window: '6h' },
    AlaudaDeploymentStuck: { severity: 'warning', for: '30m', keepFiringFor: '10m' },
    AlaudaAutoscalerAtMaximum: { severity: 'warning', for: '30m', keepFiringFor: '10m' },
    AlaudaInstanceRestarting: { severity: 'warning', for: '5m', keepFiringFor: '10m', threshold: 3, window: '30m' },
    AlaudaCpuNearLimit: { severity: 'warning', for: '10m', keepFiringFor: '10m', threshold: 0.9, window: '15m' },
    AlaudaMemoryNearLimit: { severity: 'warning', for: '10m', keepFiringFor: '10m', threshold: 0.9, window: '5m' },
    AlaudaMemoryGrowing: {
      severity: 'warning',
      for: '30m',
      keepFiringFor: '30m',
      threshold: 0.5,
      window: '1h',
      ahead: '4h',
    },
    AlaudaNetworkErrors: { severity: 'warning', for: '10m', keepFiringFor: '10m', threshold: 0.1, window: '10m' },
  },
}
