export { articleWorld } from './article-world.js'
export {
  type AnswerFault,
  type ContentsFault,
  type DelayFault,
  FAULT_KINDS,
  type Fault,
  type FaultFields,
  type FaultKind,
  type FaultSelector,
} from './fault.js'
export type { FaultControl } from './faults.js'
export type { Change, ChangeOfService } from './history.js'
export type { CpuUtilization, MetricPoint } from './metric-point.js'
export type { Endpoint } from './routes.js'
export { type SeenRequest, type Simulator, type SimulatorOptions, startSimulator } from './server.js'
export type { InstanceState, PointsQuery, ServiceState } from './service.js'
export {
  type AutoscalingConfig,
  type Disturbance,
  INSTANCE_SIZES,
  type InstancePort,
  type InstanceSize,
  type InstanceSizeName,
  type ServiceDefinition,
  type ServiceLabel,
  type ServiceLoad,
  type ServiceSettings,
  type Volume,
} from './service-definition.js'
export { createWorld, largeWorld, type World, type WorldOptions, type WorldState } from './world.js'
