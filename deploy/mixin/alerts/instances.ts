import { alertFor, theService } from '../alert.js'
import type { MixinConfig } from '../config.js'
import { anyOf, expressions, inParentheses } from '../expressions.js'
import { type AlertingRule, type Duration, type RuleGroup, secondsOf } from '../rules.js'

const started = 'alauda_instance_start_time_seconds'
const cpuTime = 'alauda_instance_cpu_usage_seconds_total'
const memory = 'alauda_instance_memory_utilization_ratio'

/** What the instances of a service do: one alert a service, not one an instance. */
export const instanceAlerts = (config: MixinConfig): RuleGroup<AlertingRule> => {
  const { metric, range, across, greatestInstance, shareOfCpuLimit, sumOfInstances } = expressions(config)
  const alert = alertFor(config)
  const {
    AlaudaInstanceRestarting: restarting,
    AlaudaCpuNearLimit: cpu,
    AlaudaMemoryNearLimit: memoryFull,
    AlaudaMemoryGrowing: growing,
    AlaudaNetworkErrors: network,
  } = config.alerts

  // Where the API returns no start time of an instance, the reset of its counters shows a restart.
  const restarts = (span: Duration) =>
    anyOf(across(`changes(${range(started, span)})`), across(`resets(${range(cpuTime, span)})`))
  const mostRestarts = greatestInstance(restarts(restarting.window))
  const redeploys = across(`changes(${range('alauda_service_last_redeployed_timestamp_seconds', restarting.window)})`)
  const errors = (direction: 'receive' | 'transmit') => {
    const rates = across(`rate(${range(`alauda_instance_network_${direction}_errors_total`, network.window)})`)
    return `label_replace(${sumOfInstances(rates)}, "direction", "${direction}", "", "")`
  }
  // What has just started grows: only what was there all the time, without a restart, can be drawn a line through. A new target
  // has few points of old instances, too.
  const forecast = across(
    `predict_linear(${range(memory, growing.window)}, ${secondsOf(growing.ahead)}) and ${metric(memory)} offset ${growing.window}`,
  )
  const steady = `unless ${inParentheses(restarts(growing.window))} > 0`

  return {
    name: 'alauda-instances',
    rules: [
      alert('AlaudaInstanceRestarting', {
        expr: `${inParentheses(`${mostRestarts} - ${redeploys}\nor ${mostRestarts}`)} >= ${restarting.threshold}`,
        summary: `An instance of ${theService} restarts repeatedly.`,
        description: `An instance of ${theService} has restarted {{ $value | printf "%.0f" }} times within ${restarting.window}, not counting redeployments.`,
      }),
      alert('AlaudaCpuNearLimit', {
        expr: `${greatestInstance(shareOfCpuLimit(across(`rate(${range(cpuTime, cpu.window)})`)))} > ${cpu.threshold}`,
        summary: `An instance of ${theService} is at its CPU limit.`,
        description: `The busiest instance of ${theService} has used {{ $value | humanizePercentage }} of its CPU limit over ${cpu.window}.`,
      }),
      alert('AlaudaMemoryNearLimit', {
        expr: `${greatestInstance(across(`avg_over_time(${range(memory, memoryFull.window)})`))} > ${memoryFull.threshold}`,
        summary: `An instance of ${theService} is close to its memory limit.`,
        description: `An instance of ${theService} has used {{ $value | humanizePercentage }} of its memory limit over ${memoryFull.window}. At the limit it is killed.`,
      }),
      alert('AlaudaMemoryGrowing', {
        expr: `${greatestInstance(`${forecast}\nand ${across(metric(memory))} > ${growing.threshold}\n${steady}`)} > 1`,
        summary: `The memory of an instance of ${theService} grows towards its limit.`,
        description: `At the growth rate of the last ${growing.window}, an instance of ${theService} will use {{ $value | humanizePercentage }} of its memory limit in ${growing.ahead}. At the limit it is killed.`,
      }),
      alert('AlaudaNetworkErrors', {
        expr: `${inParentheses(anyOf(errors('receive'), errors('transmit')))} > ${network.threshold}`,
        summary: `The network of ${theService} has errors.`,
        description: `${theService} has {{ $value | printf "%.2f" }} packet errors per second over ${network.window} ({{ $labels.direction }}).`,
      }),
    ],
  }
}
