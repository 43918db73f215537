import { systemClock } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { type Exporter, startExporter } from '../exporter.js'
import { createLog } from '../log.js'
import { version } from '../metrics/exporter-families.js'
import { routePrefixOf } from '../settings/formats.js'
import type { Settings } from '../settings/settings.js'
import { type Checked, type Problem, problemText } from '../toolkit/config/problem.js'
import { openWebConfig } from '../toolkit/web-config/live.js'
import { namespaceOf } from '../watch.js'
import { type Io, refuse } from './io.js'
import { listenToSignals, signalsOf } from './signals.js'
import { createServiceManager } from './systemd.js'

/**
 * Collects and serves until SIGTERM or SIGINT; SIGHUP makes it read its settings again. When it cannot listen, the exit
 * status is 1.
 */
export const serve = async (
  settings: Settings,
  io: Io,
  readAgain: () => Promise<Checked<Settings>>,
): Promise<number> => {
  let logSettings = settings.log
  const log = createLog(
    () => logSettings,
    (line) => io.stderr(`${line}\n`),
  )
  const onReload = (next: Settings) => {
    logSettings = next.log
  }
  const { configFile } = settings.web
  const web =
    configFile === undefined ? E.right(undefined) : await openWebConfig({ file: configFile, log, clock: systemClock })
  if (E.isLeft(web)) return refuse(web.left, io)
  const manager = createServiceManager({ environment: process.env, log })
  let exporter: Exporter | undefined
  const onReloaded = (problems: ReadonlyArray<Problem>) => {
    if (exporter !== undefined) void manager.ready(statusOf(exporter, problems))
  }
  // Before anything else: without a listener, SIGHUP ends the process.
  const signals = listenToSignals(process, signalsOf(process.platform), () => {
    if (exporter === undefined) return
    void manager.reloading()
    void exporter.reload()
  })
  try {
    exporter = await startExporter({ settings, log, readAgain, onReload, onReloaded, web: web.right })
  } catch (error) {
    signals.ignore()
    web.right?.stop()
    log.error({ error: error instanceof Error ? error.message : 'unknown reason' }, 'cannot listen')
    return 1
  }
  log.info({ version, urls: exporter.urls.join(' '), namespaces: namespacesOf(settings).join(' ') }, 'serving')
  io.stdout(welcome(exporter.urls[0] ?? '', settings))
  await manager.ready(statusOf(exporter, []))
  const signal = await signals.stopped
  log.info({ signal }, 'stopping')
  await Promise.all([manager.stopping(), exporter.stop()])
  signals.ignore()
  web.right?.stop()
  return 0
}

const namespacesOf = ({ accounts }: Settings): ReadonlyArray<string> =>
  accounts.flatMap((account) => account.namespaces.map((namespace) => namespaceOf(account, namespace)))

/** What `systemctl status` shows. */
const statusOf = ({ urls }: Exporter, problems: ReadonlyArray<Problem>): string =>
  problems.length === 0
    ? `Serving on ${urls.join(' ')}`
    : `The last reload was rejected, the previous settings apply: ${problems.map(problemText).join('; ')}`

const welcome = (url: string, { web }: Settings): string => {
  const base = `${url.replace(/\/$/, '')}${routePrefixOf(web)}`
  return `Open ${base}/ or scrape ${base}${web.telemetryPath}\nCtrl-C ends it.\n`
}
