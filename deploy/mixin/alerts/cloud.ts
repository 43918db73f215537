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
        description: `No exporter could read the list of services of namespace ${theNamespace}. The exporter shows the last values until they expire; then no alert for these services can fire.`,
      }),
      alert('AlaudaCollectionFailing', {
        expr: `count without (${config.targetLabels.join(', ')}) (${metric('alauda_up')} == 0)\nand on (account, namespace) ${cloudUp} == 1`,
        summary: `Some exporters or probes cannot read namespace ${theNamespace}.`,
        description: `{{ $value | printf "%.0f" }} exporter(s) or probe(s) cannot read namespace ${theNamespace}, others can.`,
      }),
      alert('AlaudaAccessRefused', {
        expr: `${refusals(refused.window)}\n/ ${requests(refused.window)}\n> ${refused.threshold}`,
        summary: `The cloud refuses the exporter ${theExporter}.`,
        description: `{{ $value | humanizePercentage }} of the requests of ${theExporter} were refused in the last ${refused.window}: the user name, password or token is wrong, or the account lacks a right.`,
      }),
      alert('AlaudaQuotaNearlyUsed', {
        expr: `${requests(quota.window, 'code="429"')}\n/ ${requests(quota.window)}\n> ${quota.threshold}`,
        summary: `The exporter ${theExporter} exceeds the API's rate limit.`,
        description: `{{ $value | humanizePercentage }} of the requests of ${theExporter} were answered with status 429 in the last ${quota.window}. Other users of the account are throttled too.`,
      }),
      alert('AlaudaCallsWaiting', {
        expr: `sum without (endpoint) (increase(${range('alauda_api_wait_seconds_total', waiting.window)}))\n/ ${requests(waiting.window)}\n> ${waiting.threshold}\nunless on (job, instance, account) ${metric('alauda_up')} == 0`,
        summary: `Calls of the API by ${theExporter} wait too long.`,
        description: `A call of the API by ${theExporter} waits {{ $value | humanizeDuration }} on average before it is sent, because of the exporter's own limits or pauses that the API requests.`,
      }),
      alert('AlaudaSamplesTooOld', {
        // Nothing of this may hang on values that vanish: instances are counted by what they are, not by what they show. Those of a
        // stopped service may still be listed, and have no values.
        expr: `count without (project, space, service, instance_name) ${withoutFreshValues}\nand on (account, namespace) ${cloudUp} == 1`,
        summary: `Instances of namespace ${theNamespace} have no recent values.`,
        description: `{{ $value | printf "%.0f" }} instance(s) of namespace ${theNamespace} have no values, or only values older than ${old.threshold} s. Alerts on their CPU, memory and network cannot fire.`,
      }),
    ],
  }
}
