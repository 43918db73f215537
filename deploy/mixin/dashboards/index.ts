import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import type { MixinConfig } from '../config.js'
import { exporter } from './exporter.js'
import { overview } from './overview.js'
import { service } from './service.js'

/** All dashboards, as the configuration has them. */
export const dashboards = (config: MixinConfig): ReadonlyArray<Dashboard> =>
  [overview, service, exporter].map((dashboard) => dashboard(config))
