import { systemClock } from '@alauda-exporter/alauda-client'
import { frozen } from '@alauda-exporter/alauda-client/frozen'
import { createSemaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import { inSteps } from '@alauda-exporter/alauda-client/turns'
import type { Snapshot } from '@alauda-exporter/collector'
import type { Log } from './log.js'
import { buildInfoFamily, requestFamilies, version } from './own-metrics.js'
import { type OwnedPath, paths } from './paths.js'
import { sharedForASecond, startProcessMetrics } from './process-metrics.js'
import { createReload } from './reload.js'
import { createPagesAhead } from './routes/ahead.js'
import { assetRoute } from './routes/assets.js'
import { healthyRoute, readyRoute, reloadDisabledRoute, reloadRoute } from './routes/management.js'
import { metricsRoute } from './routes/metrics.js'
import { probeRoute } from './routes/probe.js'
import { sdRoute } from './routes/sd.js'
import { createReadStatus, servicesApiRoute, statusRoute } from './routes/status.js'
import { routePrefixOf } from './settings/formats.js'
import type { Account, Settings } from './settings/settings.js'
import { createHistory } from './status/history.js'
import { createCompression } from './toolkit/compressed.js'
import type { Checked, Problem } from './toolkit/config/problem.js'
import type { Middleware } from './toolkit/handler.js'
import { countRequests, limited } from './toolkit/requests.js'
import { type Methods, prefixed, routed } from './toolkit/router.js'
import { startHttpServer } from './toolkit/server.js'
import type { LiveWebConfig } from './toolkit/web-config/live.js'
import { protectedBy } from './toolkit/web-config/protected-by.js'
import { startWatch } from './watch.js'

export interface Exporter {
  readonly urls: ReadonlyArray<string>
  /** Reloads the settings; if they are invalid, the previous ones stay in use, and their problems are returned. */
  readonly reload: () => Promise<ReadonlyArray<Problem>>
  readonly stop: () => Promise<void>
}

export interface ExporterConfig {
  readonly settings: Settings
  readonly log: Log
  readonly readAgain: () => Promise<Checked<Settings>>
  /** Receives the reloaded settings if they are valid. */
  readonly onReload?: (settings: Settings) => void
  /** Receives the problems of each reload; none after a successful one. */
  readonly onReloaded?: (problems: ReadonlyArray<Problem>) => void
  /** TLS, users and headers; absent for none. */
  readonly web?: Pick<LiveWebConfig, 'current'> | undefined
}

/** Collects and serves until it is stopped. Rejects when it cannot listen. */
export const startExporter = async ({
  settings,
  log,
  readAgain,
  onReload = () => {},
  onReloaded = () => {},
  web,
}: ExporterConfig): Promise<Exporter> => {
  const {
    listenAddresses,
    telemetryPath,
    maxRequests,
    enableLifecycle,
    disableExporterMetrics,
    prometheusUrl,
    externalUrl,
  } = settings.web
  const routePrefix = routePrefixOf(settings.web)
  const history = createHistory()
  const oneAtATime = createSemaphore(1)
  const onCollected = (account: Account, snapshot: Snapshot) =>
    oneAtATime.run(undefined, () => inSteps(history.add(account, snapshot)))
  const compressed = createCompression()
  const { noted, prepare } = createPagesAhead(compressed)
  const watch = startWatch(settings, { logger: log, prepare, onCollected })
  const apply = (next: Settings) => {
    onReload(next)
    watch.change(next)
  }
  const { reload, families } = createReload({ settings, readAgain, apply, onReloaded, clock: systemClock, log })
  const isOverTls = web?.current().tls !== undefined
  const readStatus = createReadStatus({ watch, history, version, clock: systemClock })
  const processFamilies = disableExporterMetrics ? undefined : sharedForASecond(startProcessMetrics(), systemClock)
  const ownRoutes: Readonly<Record<OwnedPath, Methods>> = {
    [paths.page]: { GET: statusRoute({ readStatus, telemetryPath, prometheusUrl }) },
    [paths.services]: { GET: servicesApiRoute({ readStatus }) },
    [paths.script]: { GET: assetRoute('script') },
    [paths.style]: { GET: assetRoute('style') },
    [paths.discovery]: { GET: sdRoute({ watch, clock: systemClock, isOverTls, externalUrl, routePrefix }) },
    [paths.probe]: { GET: probeRoute(watch) },
    [paths.healthy]: { GET: healthyRoute },
    [paths.ready]: { GET: readyRoute(watch, systemClock) },
    [paths.reload]: { POST: enableLifecycle ? reloadRoute(reload, externalUrl) : reloadDisabledRoute },
  }
  // What is new for each scrape comes last: what is compressed of all before it stays the same.
  const aboutProcess = processFamilies === undefined ? [] : [processFamilies, () => requestFamilies(counts())]
  const aboutBuild = frozen([buildInfoFamily(version)])
  const routes = prefixed(
    routePrefix,
    new Map<string, Methods>([
      ...Object.entries(ownRoutes),
      [telemetryPath, { GET: noted(metricsRoute(watch, () => aboutBuild, families, ...aboutProcess)) }],
    ]),
  )
  const at = (path: OwnedPath) => `${routePrefix}${path}`
  // Probes wait for the cloud: they must not block known data. Health checks and reloads are answered under any load.
  const alwaysAnswered = new Set<string>([paths.healthy, paths.ready, paths.reload].map(at))
  const { counted, counts } = countRequests(routes)
  const protect: Middleware = web === undefined ? (next) => next : protectedBy(web, systemClock)
  const limitProbes = limited(maxRequests, (path) => path === at(paths.probe))
  const limitOthers = limited(maxRequests, (path) => path !== at(paths.probe) && !alwaysAnswered.has(path))
  // A rejected client costs no page, and every response counts.
  const handler = counted(protect(limitProbes(limitOthers(compressed(routed(routes, log))))))
  try {
    const server = await startHttpServer(listenAddresses, handler, { tls: () => web?.current().tls })
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
