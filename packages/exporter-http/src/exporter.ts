import { createAlaudaClient, systemClock } from '@alauda-exporter/alauda-client'
import { type Collector, createCollector } from '@alauda-exporter/collector'
import { buildInfoFamily } from './build-info.js'
import { healthyRoute, readyRoute } from './http/health.js'
import { landingRoute } from './http/landing.js'
import { metricsRoute } from './http/metrics.js'
import { startHttpServer } from './http/server.js'
import type { Log } from './log.js'
import { logCollections } from './log-collections.js'
import type { Account, Settings } from './settings/settings.js'
import { version } from './version.js'

export interface Exporter {
  readonly urls: ReadonlyArray<string>
  readonly stop: () => Promise<void>
}

/** From settings to a collector that has not started yet. */
export const collectorOf = (
  settings: Settings,
  { endpoint, credentials, namespaces }: Account,
  log: Log,
): Collector => {
  const { includeServices, excludeServices, ...collect } = settings.collect
  return createCollector({
    source: createAlaudaClient({ endpoint, credentials, ...settings.client }),
    namespaces,
    ...collect,
    isWanted: ({ service_name }) =>
      (includeServices?.test(service_name) ?? true) && !(excludeServices?.test(service_name) ?? false),
    ...settings.metrics,
    onCollected: logCollections(log),
  })
}

/** Collects and serves until it is stopped. Rejects when it cannot listen. */
export const startExporter = async (settings: Settings, account: Account, log: Log): Promise<Exporter> => {
  const { listenAddresses, telemetryPath } = settings.web
  const collector = collectorOf(settings, account, log)
  const routes = new Map([
    ['/', landingRoute(telemetryPath, version)],
    [telemetryPath, metricsRoute(collector, [buildInfoFamily(version)])],
    ['/-/healthy', healthyRoute],
    ['/-/ready', readyRoute(collector, account.namespaces, settings.collect.maxAgeMs / 1000, systemClock)],
  ])
  collector.start()
  try {
    const server = await startHttpServer(listenAddresses, routes, log)
    return {
      urls: server.urls,
      stop: () => {
        collector.stop()
        return server.close()
      },
    }
  } catch (error) {
    collector.stop()
    throw error
  }
}
