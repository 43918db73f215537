/** A time span as Prometheus writes it, in one unit. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`

/** How soon someone has to look: at once, within the day, or when there is time. */
export type Severity = 'critical' | 'warning' | 'info'

/** An alerting rule, with the keys of Prometheus' rule files. */
export interface AlertingRule {
  readonly alert: string
  readonly expr: string
  readonly for: Duration
  readonly keep_firing_for?: Duration
  readonly labels: { readonly severity: Severity }
  readonly annotations: {
    readonly summary: string
    readonly description: string
    readonly runbook_url: string
  }
}

/** A recording rule, with the keys of Prometheus' rule files. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

export interface RuleGroup<Rule extends AlertingRule | RecordingRule = AlertingRule | RecordingRule> {
  readonly name: string
  readonly rules: ReadonlyArray<Rule>
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A span in seconds. */
export const secondsOf = (span: Duration): number => {
  const unit = (['s', 'm', 'h', 'd'] as const).find((letter) => span.endsWith(letter)) ?? 's'
  return Number.parseFloat(span) * unitSeconds[unit]
}
