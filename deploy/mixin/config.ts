import type { Duration, Severity } from './rules.js'

/** What every alert has. */
export interface AlertConfig {
  readonly severity: Severity
  /** How long the condition must last before the alert fires. */
  readonly for: Duration
  /**
   * How long the alert keeps firing after its condition has ended, so that it does not flap. Where an outage of the cloud or the
   * exporter removes the series, this is longer than `for` of AlaudaCloudDown and AlaudaExporterDown: by then these fire and inhibit
   * a false "resolved" for a service without data.
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
  /** Label matchers of the exporter's targets, for Prometheus' own metric `up`. With `=` the alert names the job. */
  readonly targetSelector: string
  /** Label matchers for all metrics of the exporter, like `cluster="north"`. Empty: all metrics. */
  readonly selector: string
  /**
   * Labels of scrape targets, not of services. The rules aggregate them away, so that two exporters with one account, or a probe per
   * service, fire one alert. They keep all other labels, including those of the settings' accounts.
   */
  readonly targetLabels: ReadonlyArray<string>
  /** Where the runbooks are: an alert's is `<runbookBaseUrl>/<alert>.md`. */
  readonly runbookBaseUrl: string
  /**
   * Range of the recording rules' rates. The cloud measures once a minute, and a counter is constant until the next measurement,
   * however often Prometheus scrapes it. So the range spans several minutes: five contain four increases, of which one may be missing.
   */
  readonly rateWindow: Duration
  readonly alerts: {
    readonly AlaudaExporterDown: AlertConfig
    /** Critical where each target reports services that no other target reports, and their loss must page an operator. */
    readonly AlaudaTargetDown: AlertConfig
    readonly AlaudaConfigReloadFailed: AlertConfig
    /** `threshold`: seconds since a list of services was last read. Above the interval of collections. */
    readonly AlaudaCollectionStopped: Threshold
    /** `threshold`: share of the interval that collections take on average. */
    readonly AlaudaCollectionSlow: WindowedThreshold
    readonly AlaudaInstancesLeftOut: AlertConfig
    /** Longer than a redeployment, during which two instances have the same name. */
    readonly AlaudaDuplicatesLeftOut: AlertConfig
    /** `window`: how long the alert fires for a namespace that is no longer collected. */
    readonly AlaudaNamespaceVanished: Windowed
    readonly AlaudaCloudDown: AlertConfig
    readonly AlaudaCollectionFailing: AlertConfig
    /** `threshold`: share of the requests that are refused. */
    readonly AlaudaAccessRefused: WindowedThreshold
    /** `threshold`: share of the requests that are answered 429. */
    readonly AlaudaQuotaNearlyUsed: WindowedThreshold
    /** `threshold`: seconds that a call waits on average before it is sent. */
    readonly AlaudaCallsWaiting: WindowedThreshold
    /**
     * `threshold`: seconds since the newest value was measured. `window`: how far back the rule looks for values; a younger instance
     * does not fire the alert. Both above `--collect.max-age`'s 5 minutes, or close to it.
     */
    readonly AlaudaSamplesTooOld: WindowedThreshold
    /** Above the time that a deployment may leave a service without instances. */
    readonly AlaudaServiceDown: AlertConfig
    readonly AlaudaServiceNotRunning: AlertConfig
    /** `window`: an instance counts as missing only if the target was this high all the time, so that scaling up fires no alert. */
    readonly AlaudaInstancesMissing: Windowed
    /** `window`: how long the alert fires for a service that has vanished. */
    readonly AlaudaServiceVanished: Windowed
    readonly AlaudaDeploymentStuck: AlertConfig
    readonly AlaudaAutoscalerAtMaximum: AlertConfig
    /** `threshold`: restarts of one instance within the window, not counting redeployments. */
    readonly AlaudaInstanceRestarting: WindowedThreshold
    /**
     * `threshold`: share of the CPU limit, averaged over the window. A late measurement removes one minute of the window: 7 % of 15
     * minutes, so that an instance at its limit stays above the threshold; of 10 minutes it would be 10 %.
     */
    readonly AlaudaCpuNearLimit: WindowedThreshold
    /** `threshold`: share of the memory limit, averaged over the window. */
    readonly AlaudaMemoryNearLimit: WindowedThreshold
    /** `window`: range of the regression. `ahead`: how far it predicts. `threshold`: minimum share of the limit in use. */
    readonly AlaudaMemoryGrowing: WindowedThreshold & { readonly ahead: Duration }
    /** `threshold`: packet errors per second of all instances of a service, in one direction. */
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
