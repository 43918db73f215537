import { cloudAlerts } from './alerts/cloud.js'
import { exporterAlerts } from './alerts/exporter.js'
import { instanceAlerts } from './alerts/instances.js'
import { serviceAlerts } from './alerts/services.js'
import type { MixinConfig } from './config.js'
import type { AlertingRule, RuleGroup } from './rules.js'

/** All alerts, as the configuration has them. */
export const alerts = (config: MixinConfig): ReadonlyArray<RuleGroup<AlertingRule>> =>
  [exporterAlerts, cloudAlerts, serviceAlerts, instanceAlerts].map((group) => group(config))
