import { alertFor, theExporter, theNamespace } from '../alert.js'
import type { MixinConfig } from '../config.js'
import { expressions, inParentheses } from '../expressions.js'
import type { AlertingRule, RuleGroup } from '../rules.js'

/** Alerts on an exporter, from its own metrics and from Prometheus' metrics of its targets. */
export const exporterAlerts = (config: MixinConfig): RuleGroup<AlertingRule> => {
  const { metric, range, across } = expressions(config)
  const { targetSelector, alerts } = config
  const alert = alertFor(config)
  const up = `up{${targetSelector}}`
  const noneIsUp = `max by (job) (${up}) == 0\nor absent(${up})`
  const noLongerWatched = alerts.AlaudaNamespaceVanished.window
  const slow = alerts.AlaudaCollectionSlow

  return {
    name: 'alauda-exporter',
    rules: [
      alert('AlaudaExporterDown', {
        expr: noneIsUp,
        summary: 'The Alauda exporter of job {{ $labels.job }} is down.',
        description:
          'Prometheus can scrape no target of job {{ $labels.job }}, or there is none. The services have no values, and no alert for them can fire.',
      }),
      alert('AlaudaTargetDown', {
        // One alert for a job, however many targets it has: with a probe for each service there are thousands.
        expr: `count by (job) (${up} == 0)\nand on (job) ${up} == 1`,
        summary: 'Some targets of job {{ $labels.job }} are down.',
        description:
          'Prometheus cannot scrape {{ $value | printf "%.0f" }} target(s) of job {{ $labels.job }}; others answer. Services that only these report have no values, and no alert for them can fire.',
      }),
      alert('AlaudaConfigReloadFailed', {
        expr: `${metric('alauda_exporter_config_last_reload_successful')} == 0`,
        summary: `The exporter ${theExporter} runs with old settings.`,
        description: `The settings of ${theExporter} were wrong at the last reload. The exporter continues with the old ones; after a restart it would not start.`,
      }),
      alert('AlaudaCollectionStopped', {
        expr: `time() - ${metric('alauda_collection_timestamp_seconds')} > ${alerts.AlaudaCollectionStopped.threshold}\nunless ${metric('alauda_up')} == 0`,
        summary: `The exporter ${theExporter} has stopped collecting namespace {{ $labels.namespace }}.`,
        description: `The services of namespace ${theNamespace} were last listed {{ $value | humanizeDuration }} ago, although no collection has failed. Their values expire, and their alerts end.`,
      }),
      alert('AlaudaCollectionSlow', {
        // Where the cloud hangs, collections take all the time that they have, and fail more often than not.
        expr: `avg_over_time(${range('alauda_collection_interval_ratio', slow.window)}) > ${slow.threshold}\nunless avg_over_time(${range('alauda_up', slow.window)}) < 0.5`,
        summary: `Collecting namespace ${theNamespace} takes nearly the whole interval.`,
        description: `A collection of namespace ${theNamespace} by {{ $labels.instance }} takes {{ $value | humanizePercentage }} of the interval. At 100 % and more, collections are late or cancelled, and instances lack values.`,
      }),
      alert('AlaudaInstancesLeftOut', {
        expr: `${across(metric('alauda_collection_left_out'))} > 0`,
        summary: `Instances or services of namespace ${theNamespace} are left out.`,
        description: `{{ $value | printf "%.0f" }} instance(s) or service(s) of namespace ${theNamespace} are left out. They exceed the bound: {{ $labels.bound }}.`,
      }),
      alert('AlaudaDuplicatesLeftOut', {
        expr: `${across(metric('alauda_collection_duplicates'))} > 0`,
        summary: `Services or instances of namespace ${theNamespace} have the same labels.`,
        description: `{{ $value | printf "%.0f" }} service(s) or instance(s) of namespace ${theNamespace} are left out, because newer ones have the same labels.`,
      }),
      alert('AlaudaNamespaceVanished', {
        expr: `${across(`last_over_time(${range('alauda_up', noLongerWatched)})`)}\nunless ${across(metric('alauda_up'))}\nunless on () ${inParentheses(noneIsUp)}`,
        summary: `Namespace ${theNamespace} is no longer collected.`,
        description: `An exporter reported namespace ${theNamespace} within the last ${noLongerWatched}, and now none does, although an exporter is up. No alert for its services can fire.`,
      }),
    ],
  }
}
