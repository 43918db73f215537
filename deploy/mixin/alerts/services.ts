import { alertFor, theService } from '../alert.js'
import type { MixinConfig } from '../config.js'
import { expressions, inParentheses } from '../expressions.js'
import type { AlertingRule, RuleGroup } from '../rules.js'

/** What a service as a whole does. Nothing here hangs on an instance's values. */
export const serviceAlerts = (config: MixinConfig): RuleGroup<AlertingRule> => {
  const { metric, range, across, runningInstances, services, stopped, deploying } = expressions(config)
  const { alerts, targetSelector } = config
  const alert = alertFor(config)
  const { AlaudaInstancesMissing: missing, AlaudaServiceVanished: vanished } = alerts
  const target = across(metric('alauda_service_target_instances'))
  // While it is deployed, AlaudaDeploymentStuck looks after it.
  const shouldRun = `unless ${stopped}\nunless ${deploying}`
  const wantedAllAlong = across(`min_over_time(${range('alauda_service_target_instances', missing.window)})`)
  const maximum = across(metric('alauda_service_autoscaling_max_instances'))
  // If a target is unreachable or cannot read the cloud, its services are unknown, not gone.
  const lastListed = across(
    `\n  last_over_time(${range('alauda_service_target_instances', vanished.window)})\n  unless on (job, instance) up{${targetSelector}} == 0\n  unless on (job, instance, account, namespace) ${metric('alauda_up')} == 0\n`,
  )
  // An exporter that was replaced meanwhile still says that it runs.
  const lastStarted = `min without (${config.targetLabels.join(', ')}) (last_over_time(${range('alauda_service_target_started', vanished.window)}))`
  const listedLately = `time() - ${across(metric('alauda_collection_timestamp_seconds'))} < ${alerts.AlaudaCollectionStopped.threshold}`
  const identity = ['account', 'namespace', 'project', 'space', 'service']
  const itsStatus = `${metric('alauda_service_status', identity.map((label) => `${label}=%q`).join(', '))} == 1`
  const statusQuery = `{{ with printf ${JSON.stringify(itsStatus)} ${identity.map((label) => `$labels.${label}`).join(' ')} | query }}: its status is {{ . | first | label "status" }}{{ end }}`

  return {
    name: 'alauda-services',
    rules: [
      alert('AlaudaServiceDown', {
        expr: `${runningInstances} == 0\nand ${target} > 0\nunless ${stopped}`,
        summary: `No instance of ${theService} is running.`,
        description: `${theService} should run, and none of its instances does.`,
      }),
      alert('AlaudaServiceNotRunning', {
        expr: `${across(metric('alauda_service_status', 'status="Running"'), 'status')} == 0\nunless ${target} == 0\n${shouldRun}`,
        summary: `${theService} is not running.`,
        description: `${theService} should run, and is not running${statusQuery}.`,
      }),
      alert('AlaudaInstancesMissing', {
        expr: `${inParentheses(`${wantedAllAlong}\n- ${runningInstances}`)} > 0\n${shouldRun}`,
        summary: `Instances of ${theService} are missing.`,
        description: `{{ $value | printf "%.0f" }} instance(s) of ${theService} that were requested more than ${missing.window} ago are not running.`,
      }),
      alert('AlaudaServiceVanished', {
        // Only what was there and was meant to run is missed, and only while the list itself can be read.
        expr: `${lastListed} > 0\nunless ${lastStarted} == 0\nunless ${services}\nand on (account, namespace) ${listedLately}`,
        summary: `${theService} has vanished.`,
        description: `${theService} existed within the last ${vanished.window}, should run with {{ $value | printf "%.0f" }} instance(s), and the cloud no longer lists it.`,
      }),
      alert('AlaudaDeploymentStuck', {
        expr: deploying,
        summary: `The deployment of ${theService} does not end.`,
        description: `${theService} has been deploying for more than ${alerts.AlaudaDeploymentStuck.for}.`,
      }),
      alert('AlaudaAutoscalerAtMaximum', {
        expr: `${target} >= ${maximum}\nunless ${across(metric('alauda_service_autoscaling_min_instances'))} == ${maximum}\nunless ${stopped}`,
        summary: `The autoscaler of ${theService} has reached its maximum.`,
        description: `${theService} has had all {{ $value | printf "%.0f" }} instances that its autoscaler allows for more than ${alerts.AlaudaAutoscalerAtMaximum.for}.`,
      }),
    ],
  }
}
