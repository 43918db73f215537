import { type Exporter, startExporter } from '../exporter.js'
import { createLog } from '../log.js'
import type { Account, Settings } from '../settings/settings.js'
import { version } from '../version.js'
import type { Io } from './io.js'

/** Collects and serves until SIGTERM or SIGINT. When it cannot listen, the exit status is 1. */
export const serve = async (settings: Settings, account: Account, io: Io): Promise<number> => {
  const log = createLog(settings.log, (line) => io.stderr(`${line}\n`))
  const stopped = stopSignal()
  let exporter: Exporter
  try {
    exporter = await startExporter(settings, account, log)
  } catch (error) {
    log.error('cannot listen', { error: error instanceof Error ? error.message : 'unknown reason' })
    return 1
  }
  log.info('serving', { version, urls: exporter.urls.join(' '), namespaces: account.namespaces.join(' ') })
  io.stdout(welcome(exporter.urls[0] ?? '', settings))
  const signal = await stopped
  log.info('stopping', { signal })
  await exporter.stop()
  return 0
}

const welcome = (url: string, { web }: Settings): string =>
  `Open ${url} or scrape ${url.replace(/\/$/, '')}${web.telemetryPath}\nCtrl-C ends it.\n`

const stopSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => resolve(signal))
  })
