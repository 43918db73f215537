import * as E from 'fp-ts/lib/Either.js'
import { type Exporter, startExporter } from '../exporter.js'
import { createLog } from '../log.js'
import type { Checked } from '../settings/setting.js'
import type { Settings } from '../settings/settings.js'
import { createServiceManager } from '../systemd.js'
import { version } from '../version.js'
import { namespaceOf } from '../watch.js'
import { openWebConfig } from '../web-config/live.js'
import type { Io } from './io.js'
import { signalsOf } from './signals.js'

/**
 * Collects and serves until SIGTERM or SIGINT; SIGHUP makes it read its settings again. When it cannot listen, the exit
 * status is 1.
 */
export const serve = async (settings: Settings, io: Io, readAgain: () => Checked<Settings>): Promise<number> => {
  let logSettings = settings.log
  const log = createLog(
    () => logSettings,
    (line) => io.stderr(`${line}\n`),
  )
  const onReload = (next: Settings) => {
    logSettings = next.log
  }
  const { configFile } = settings.web
  const web = configFile === undefined ? E.right(undefined) : openWebConfig({ file: configFile, log })
  if (E.isLeft(web)) {
    for (const fault of web.left) io.stderr(`exporter-http: ${fault}\n`)
    return 2
  }
  const manager = createServiceManager({ environment: process.env, log })
  const signals = signalsOf(process.platform)
  const stopped = firstOf(signals.stop)
  let exporter: Exporter | undefined
  // Before anything else: without a listener, SIGHUP ends the process.
  for (const signal of signals.reload) {
    process.on(signal, () => {
      if (exporter === undefined) return
      void manager.reloading()
      exporter.reload()
      void manager.ready(servingOn(exporter))
    })
  }
  try {
    exporter = await startExporter({ settings, log, readAgain, onReload, web: web.right })
  } catch (error) {
    log.error({ error: error instanceof Error ? error.message : 'unknown reason' }, 'cannot listen')
    return 1
  }
  log.info({ version, urls: exporter.urls.join(' '), namespaces: namespacesOf(settings).join(' ') }, 'serving')
  io.stdout(welcome(exporter.urls[0] ?? '', settings))
  await manager.ready(servingOn(exporter))
  const signal = await stopped
  log.info({ signal }, 'stopping')
  await Promise.all([manager.stopping(), exporter.stop()])
  return 0
}

const namespacesOf = ({ accounts }: Settings): ReadonlyArray<string> =>
  accounts.flatMap((account) => account.namespaces.map((namespace) => namespaceOf(account, namespace)))

const servingOn = ({ urls }: Exporter): string => `Serving on ${urls.join(' ')}`

const welcome = (url: string, { web }: Settings): string =>
  `Open ${url} or scrape ${url.replace(/\/$/, '')}${web.telemetryPath}\nCtrl-C ends it.\n`

const firstOf = (signals: ReadonlyArray<NodeJS.Signals>): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal))
  })
