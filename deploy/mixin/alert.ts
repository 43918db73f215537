import type { AlertConfig, MixinConfig } from './config.js'
import type { AlertingRule } from './rules.js'

export interface Wording {
  readonly expr: string
  /** One line, for a pager's screen. */
  readonly summary: string
  /** What is so, with its values. */
  readonly description: string
}

/** The rule for one alert: what it says, and the rest from the configuration. */
export const alertFor =
  ({ alerts, runbookBaseUrl }: MixinConfig) =>
  (name: keyof MixinConfig['alerts'], { expr, summary, description }: Wording): AlertingRule => {
    const config: AlertConfig = alerts[name]
    return {
      alert: name,
      expr,
      for: config.for,
      ...(config.keepFiringFor === undefined ? {} : { keep_firing_for: config.keepFiringFor }),
      labels: { severity: config.severity },
      annotations: { summary, description, runbook_url: `${runbookBaseUrl}/${name}.md` },
    }
  }

/** A label's value in parentheses behind what it is; nothing where there is no such label. */
const ifAny = (label: string): string => `{{ with $labels.${label} }} (${label} {{ . }}){{ end }}`

/** A service in an annotation: `demo/web (account north)`. */
export const theService = `{{ $labels.namespace }}/{{ $labels.service }}${['project', 'space', 'account'].map(ifAny).join('')}`

/** A namespace in an annotation: `demo (account north)`. */
export const theNamespace = `{{ $labels.namespace }}${ifAny('account')}`

/** An exporter in an annotation: `10.0.0.7:10104 (account north)`. */
export const theExporter = `{{ $labels.instance }}${ifAny('account')}`
