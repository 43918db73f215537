import { systemClock } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { type Exporter, startExporter } from '../exporter.js'
import { createLog } from '../log.js'
import { version } from '../own-metrics.js'
import { routePrefixOf } from '../settings/formats.js'
import type { Settings } from '../settings/settings.js'
import { type Checked, type Problem, problemText } from '../toolkit/config/problem.js'
import { openWebConfig } from '../toolkit/web-config/live.js'
import { namespaceOf } from '../watch.js'
import { type Io, refuse } from './io.js'
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
  const signals = listenToSignals(() => {
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

/**
 * What the system's signals mean to the exporter. On Windows SIGHUP says that the window of the console was closed, and the
 * process has ten seconds left: it does not request a reload.
 *
 * @see https://nodejs.org/api/process.html#signal-events
 * @example
 * signalsOf('linux') // { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }
 */
export const signalsOf = (
  platform: NodeJS.Platform,
): Readonly<Record<'stop' | 'reload', ReadonlyArray<NodeJS.Signals>>> =>
  platform === 'win32'
    ? { stop: ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK'], reload: [] }
    : { stop: ['SIGTERM', 'SIGINT'], reload: ['SIGHUP'] }

/** Listens for the signals. A second one to stop ends the process immediately, as without a listener. */
const listenToSignals = (onReload: () => void) => {
  const { stop, reload } = signalsOf(process.platform)
  let resolveStopped: (signal: NodeJS.Signals) => void
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    resolveStopped = resolve
  })
  const onStop = (signal: NodeJS.Signals) => {
    for (const one of stop) process.off(one, onStop)
    resolveStopped(signal)
  }
  for (const signal of stop) process.on(signal, onStop)
  for (const signal of reload) process.on(signal, onReload)
  return {
    /** Resolves with the first signal to stop. */
    stopped,
    /** Takes the listeners away again: from then on a signal does what it does without them. */
    ignore: () => {
      for (const signal of stop) process.off(signal, onStop)
      for (const signal of reload) process.off(signal, onReload)
    },
  }
}
