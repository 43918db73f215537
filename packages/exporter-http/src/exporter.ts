import { systemClock } from '@alauda-exporter/alauda-client'
import { buildInfoFamily } from './build-info.js'
import { healthyRoute, readyRoute } from './http/health.js'
import { landingRoute } from './http/landing.js'
import { metricsRoute } from './http/metrics.js'
import { reloadDisabledRoute, reloadRoute } from './http/reload.js'
import type { Methods } from './http/route.js'
import { routed } from './http/routed.js'
import { startHttpServer } from './http/server.js'
import type { Log } from './log.js'
import { logCollections } from './log-collections.js'
import { createReload } from './reload.js'
import type { Checked, Fault } from './settings/setting.js'
import type { Settings } from './settings/settings.js'
import { version } from './version.js'
import { startWatch } from './watch.js'

export interface Exporter {
  readonly urls: ReadonlyArray<string>
  /** Reads the settings again and goes by them; when they are wrong, the old ones stay, and what is wrong is returned. */
  readonly reload: () => ReadonlyArray<Fault>
  readonly stop: () => Promise<void>
}

export interface ExporterConfig {
  readonly settings: Settings
  readonly log: Log
  readonly readAgain: () => Checked<Settings>
  /** Told the settings that were read again, and are right. */
  readonly onReload?: (settings: Settings) => void
}

/** Collects and serves until it is stopped. Rejects when it cannot listen. */
export const startExporter = async ({
  settings,
  log,
  readAgain,
  onReload = () => {},
}: ExporterConfig): Promise<Exporter> => {
  const { listenAddresses, telemetryPath, enableLifecycle } = settings.web
  const watch = startWatch(settings, logCollections(log))
  const apply = (next: Settings) => {
    onReload(next)
    watch.change(next)
  }
  const { reload, families } = createReload({ settings, readAgain, apply, clock: systemClock, log })
  const routes = new Map<string, Methods>([
    ['/', { GET: landingRoute(telemetryPath, version) }],
    [telemetryPath, { GET: metricsRoute(watch, () => [buildInfoFamily(version), ...families()]) }],
    ['/-/healthy', { GET: healthyRoute }],
    ['/-/ready', { GET: readyRoute(watch, systemClock) }],
    ['/-/reload', { POST: enableLifecycle ? reloadRoute(reload) : reloadDisabledRoute }],
  ])
  try {
    const server = await startHttpServer(listenAddresses, routed(routes, log))
    return {
      urls: server.urls,
      reload,
      stop: () => {
        watch.stop()
        return server.close()
      },
    }
  } catch (error) {
    watch.stop()
    throw error
  }
}
