import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { jsonFile } from '../../../scripts/generated.js'

/** A dashboard as the file that Grafana reads. */
export const dashboardFile = (dashboard: Dashboard): string => jsonFile(dashboard)
