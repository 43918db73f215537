import { alertFor, theExporter, theNamespace } from '../alert.js'
import type { MixinConfig } from '../config.js'
import { expressions, inParentheses } from '../expressions.js'
import type { AlertingRule, RuleGroup } from '../rules.js'

/** What the cloud's API does to all services at once. */
export const cloudAlerts = (config: MixinConfig): RuleGroup<AlertingRule> => {
  const { metric, range, across, instances, stopped, cloudUp } = expressions(config)
  const { alerts } = config
  const alert = alertFor(config)
  const { AlaudaAccessRefused: refused, AlaudaQuotaNearlyUsed: quota, AlaudaCallsWaiting: waiting } = alerts
  const old = alerts.AlaudaSamplesTooOld

  const requests = (span: typeof refused.window, matchers?: string) =>
    `sum without (endpoint, code) (increase(${range('alauda_api_requests_total', span, matchers)}))`
  const refusals = (span: typeof refused.window) =>
    `sum without (endpoint, code) (\n  increase(${range('alauda_api_requests_total', span, 'code=~"401|403"')})\n  or increase(${range('alauda_api_requests_total', span, 'endpoint="login", code="400"')})\n)`
  const newestSample = across(`max_over_time(${range('alauda_instance_last_sample_timestamp_seconds', old.window)})`)
  const withoutFreshValues = inParentheses(
    `${inParentheses(`time() - ${newestSample} > ${old.threshold}\nor\n${inParentheses(`${instances(old.window)}\nunless ${newestSample}`)}`)}\nand ${instances()}\nunless ignoring (instance_name) ${stopped}`,
  )

  return {
    name: 'alauda-cloud',
    rules: [
      alert('AlaudaCloudDown', {
        expr: `${cloudUp} == 0`,
        summary: `The services of namespace ${theNamespace} cannot be read from the cloud.`,
        description: `No exporter could read the list of services of namespace ${theNamespace}. What was known is shown until it is too old; then nothing is, and no alert for these services can fire.`,
      }),
      alert('AlaudaCollectionFailing', {
        expr: `count without (${config.targetLabels.join(', ')}) (${metric('alauda_up')} == 0)\nand on (account, namespace) ${cloudUp} == 1`,
        summary: `Some exporters or probes cannot read namespace ${theNamespace}.`,
        description: `{{ $value | printf "%.0f" }} exporter(s) or probe(s) cannot read namespace ${theNamespace}, others can.`,
      }),
      alert('AlaudaAccessRefused', {
        expr: `${refusals(refused.window)}\n/ ${requests(refused.window)}\n> ${refused.threshold}`,
        summary: `The cloud refuses the exporter ${theExporter}.`,
        description: `{{ $value | humanizePercentage }} of the requests of ${theExporter} were refused in the last ${refused.window}: password or token are wrong, or may not read this account.`,
      }),
      alert('AlaudaQuotaNearlyUsed', {
        expr: `${requests(quota.window, 'code="429"')}\n/ ${requests(quota.window)}\n> ${quota.threshold}`,
        summary: `The exporter ${theExporter} calls the API more often than it may.`,
        description: `{{ $value | humanizePercentage }} of the requests of ${theExporter} were answered with status 429 in the last ${quota.window}. Others who use the account are slowed down too.`,
      }),
      alert('AlaudaCallsWaiting', {
        expr: `sum without (endpoint) (increase(${range('alauda_api_wait_seconds_total', waiting.window)}))\n/ ${requests(waiting.window)}\n> ${waiting.threshold}\nunless on (job, instance, account) ${metric('alauda_up')} == 0`,
        summary: `Calls of the API by ${theExporter} wait long for their turn.`,
        description: `A call of the API by ${theExporter} waits {{ $value | humanizeDuration }} for its turn on average: for the exporter's own limits, or because the API asks for pauses.`,
      }),
      alert('AlaudaSamplesTooOld', {
        // Nothing of this may hang on values that vanish: instances are counted by what they are, not by what they show. Those of a
        // stopped service may still be listed, and have no values.
        expr: `count without (project, space, service, instance_name) ${withoutFreshValues}\nand on (account, namespace) ${cloudUp} == 1`,
        summary: `Instances of namespace ${theNamespace} have no fresh values.`,
        description: `{{ $value | printf "%.0f" }} instance(s) of namespace ${theNamespace} have no values, or only such as were measured more than ${old.threshold} s ago. Alerts on their CPU, memory and network cannot fire.`,
      }),
    ],
  }
}
