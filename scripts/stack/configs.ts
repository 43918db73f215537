import { isMap, isSeq, parseDocument } from 'yaml'

export interface Wiring {
  /** host:port */
  readonly exporter: string
  readonly alertmanager: string | undefined
  /** Where the rule files are: with a `*`. */
  readonly rules: string
  /** How often to scrape, like `5s`; undefined for what the file says. */
  readonly interval: string | undefined
}

/** A configuration of Prometheus with other addresses, and with rules. */
export const prometheusConfig = (file: string, { exporter, alertmanager, rules, interval }: Wiring): string => {
  const config = parseDocument(file)
  config.setIn(['scrape_configs', 0, 'static_configs'], [{ targets: [exporter] }])
  config.setIn(['rule_files'], [rules])
  if (interval !== undefined) {
    config.setIn(['global', 'scrape_interval'], interval)
    config.setIn(['global', 'evaluation_interval'], interval)
  }
  const alertmanagers = alertmanager === undefined ? [] : [{ static_configs: [{ targets: [alertmanager] }] }]
  config.setIn(['alerting', 'alertmanagers'], alertmanagers)
  return String(config)
}

/** A configuration of Alertmanager without notifications: the example's receivers do not exist. */
export const alertmanagerConfig = (file: string): string => {
  const config = parseDocument(file)
  const receivers = config.get('receivers')
  if (isSeq(receivers)) {
    for (const receiver of receivers.items) {
      if (isMap(receiver)) receiver.items = receiver.items.filter(({ key }) => String(key) === 'name')
    }
  }
  return String(config)
}
