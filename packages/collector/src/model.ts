// What is shown, in this project's words: times in seconds since the epoch, sizes in bytes, CPU in cores and seconds, shares as
// ratios. What is not known is absent. Which API it came from, nothing here says.

/** A service: some instances of one image. */
export interface Service {
  /** Unique within its namespace, project, space and cluster. */
  readonly name: string
  /** Unique in the cloud. */
  readonly uuid?: string | undefined
  readonly project?: string | undefined
  readonly space?: string | undefined
  readonly cluster?: string | undefined
  readonly application?: string | undefined
  readonly region?: string | undefined
  /** What kind of workload it is, where there are several. */
  readonly kind?: string | undefined
  /** The image that its instances run, without its tag. */
  readonly image?: string | undefined
  readonly imageTag?: string | undefined
  /** What the cloud calls the size of its instances. */
  readonly size?: string | undefined
  /** What each instance may use; a named size alone does not say it. */
  readonly cpuLimitCores?: number | undefined
  readonly memoryLimitBytes?: number | undefined
  /** In one word, an open list: `Running`, `Stopped`, `Error`, … */
  readonly status?: string | undefined
  /** Whether its owner wants it to run. */
  readonly isTargetStarted?: boolean | undefined
  readonly isDeploying?: boolean | undefined
  /** How many instances there should be, are, have started, are prepared but not started, and pass their health checks. */
  readonly targetInstances?: number | undefined
  readonly currentInstances?: number | undefined
  readonly startedInstances?: number | undefined
  readonly stagedInstances?: number | undefined
  readonly healthyInstances?: number | undefined
  /** How it is scaled, in the cloud's word. */
  readonly scalingMode?: string | undefined
  /** Absent when it is not scaled automatically. */
  readonly autoscaling?: Autoscaling | undefined
  /** What its owner labelled it with, in order. */
  readonly labels?: ReadonlyArray<{ readonly key: string; readonly value?: string | undefined }> | undefined
  readonly createdTime?: number | undefined
  readonly updatedTime?: number | undefined
  readonly startedTime?: number | undefined
  readonly stoppedTime?: number | undefined
  readonly lastRedeployedTime?: number | undefined
  readonly lastAutoscaledTime?: number | undefined
}

/** How far the cloud scales a service, and at which utilization. */
export interface Autoscaling {
  readonly minInstances?: number | undefined
  readonly maxInstances?: number | undefined
  readonly lowerThresholdRatio?: number | undefined
  readonly upperThresholdRatio?: number | undefined
}

/** One running container of a service. */
export interface Instance {
  /** Unique within its service, except while it is being replaced. */
  readonly name: string
  readonly uuid: string
  readonly startTime?: number | undefined
  /** How often it was restarted. */
  readonly restarts?: number | undefined
}

/** What was measured of an instance at one time. */
export interface Point {
  /** When it was measured. */
  readonly time: number
  /** CPU time since the container started. */
  readonly cpuUsageSeconds?: number | undefined
  readonly cpuUtilizationRatio?: number | undefined
  readonly memoryUsageBytes?: number | undefined
  /** Share of the memory limit in use. */
  readonly memoryUtilizationRatio?: number | undefined
  readonly memoryLimitBytes?: number | undefined
  /** Since the container started, as the three below. */
  readonly networkReceiveBytes?: number | undefined
  /** Packets received in error. */
  readonly networkReceiveErrors?: number | undefined
  readonly networkTransmitBytes?: number | undefined
  readonly networkTransmitErrors?: number | undefined
}
