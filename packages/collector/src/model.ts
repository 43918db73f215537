// What is shown, in this project's words: times in seconds since the epoch, sizes in bytes, CPU in cores and seconds, shares as
// ratios. What is not known is absent. Which API it came from, nothing here says.

/** A service: some instances of one image. */
export interface Service {
  /** Unique within its namespace, project, space and cluster. */
  readonly name: string
  /** Unique in the cloud. */
  readonly uuid?: string | undefined
  /** The project that it belongs to. */
  readonly project?: string | undefined
  /** The space that it belongs to. */
  readonly space?: string | undefined
  /** The cluster that it runs in. */
  readonly cluster?: string | undefined
  /** The application that it belongs to. */
  readonly application?: string | undefined
  /** The region that it runs in. */
  readonly region?: string | undefined
  /** What kind of workload it is, where there are several. */
  readonly kind?: string | undefined
  /** The image that its instances run, without its tag. */
  readonly image?: string | undefined
  /** The image's tag. */
  readonly imageTag?: string | undefined
  /** What the cloud calls the size of its instances. */
  readonly size?: string | undefined
  /** CPU that each instance may use; a named size alone does not say it. */
  readonly cpuLimitCores?: number | undefined
  /** Memory that each instance may use. */
  readonly memoryLimitBytes?: number | undefined
  /** In one word, an open list: `Running`, `Stopped`, `Error`, … */
  readonly status?: string | undefined
  /** Whether its owner wants it to run. */
  readonly isTargetStarted?: boolean | undefined
  /** Whether its instances are being replaced. */
  readonly isDeploying?: boolean | undefined
  /** Number of instances that its owner wants. */
  readonly targetInstances?: number | undefined
  /** Number of instances that it has. */
  readonly currentInstances?: number | undefined
  /** Number of instances that have started. */
  readonly startedInstances?: number | undefined
  /** Number of instances that are prepared but not started. */
  readonly stagedInstances?: number | undefined
  /** Number of instances that pass their health checks. */
  readonly healthyInstances?: number | undefined
  /** How it is scaled, in the cloud's word. */
  readonly scalingMode?: string | undefined
  /** Absent when it is not scaled automatically. */
  readonly autoscaling?: Autoscaling | undefined
  /** What its owner labelled it with, in order. */
  readonly labels?: ReadonlyArray<{ readonly key: string; readonly value?: string | undefined }> | undefined
  /** When it was created. */
  readonly createdTime?: number | undefined
  /** When it was last changed. */
  readonly updatedTime?: number | undefined
  /** When it was last started. */
  readonly startedTime?: number | undefined
  /** When it was last stopped. */
  readonly stoppedTime?: number | undefined
  /** When its instances were last replaced. */
  readonly lastRedeployedTime?: number | undefined
  /** When the cloud last scaled it. */
  readonly lastAutoscaledTime?: number | undefined
}

/** How far the cloud scales a service, and at which utilization. */
export interface Autoscaling {
  /** Minimum number of instances. */
  readonly minInstances?: number | undefined
  /** Maximum number of instances. */
  readonly maxInstances?: number | undefined
  /** Utilization below which instances are removed. */
  readonly lowerThresholdRatio?: number | undefined
  /** Utilization above which instances are added. */
  readonly upperThresholdRatio?: number | undefined
}

/** One running container of a service. */
export interface Instance {
  /** Unique within its service, except while it is being replaced. */
  readonly name: string
  /** Unique in the cloud. */
  readonly uuid: string
  /** When it started. */
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
  /** Share of CPU in use, as the cloud computes it. */
  readonly cpuUtilizationRatio?: number | undefined
  /** Memory in use. */
  readonly memoryUsageBytes?: number | undefined
  /** Share of the memory limit in use. */
  readonly memoryUtilizationRatio?: number | undefined
  /** Memory that the instance may use. */
  readonly memoryLimitBytes?: number | undefined
  /** Received since the container started. */
  readonly networkReceiveBytes?: number | undefined
  /** Packets received in error, since the container started. */
  readonly networkReceiveErrors?: number | undefined
  /** Sent since the container started. */
  readonly networkTransmitBytes?: number | undefined
  /** Packets that could not be sent, since the container started. */
  readonly networkTransmitErrors?: number | undefined
}
