import { printable } from '@alauda-exporter/alauda-client/options'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export const logFormats = ['logfmt', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

export type LogFields = Readonly<Record<string, string | number>>

/** One method a level: with what, and what happened. */
export type Log = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>>

/**
 * Writes one line an event, as Prometheus' own programs do. It asks for the settings at each event: they may be changed.
 *
 * @example
 * createLog(() => ({ level: 'info', format: 'logfmt' }), console.error).info({ url: 'http://localhost:10104/' }, 'listening')
 * // ts=2026-11-22T12:00:00.000Z level=info msg=listening url=http://localhost:10104/
 */
export const createLog = (
  settings: () => { readonly level: LogLevel; readonly format: LogFormat },
  write: (line: string) => void,
  now: () => number = Date.now,
): Log => {
  const at =
    (eventLevel: LogLevel): Log[LogLevel] =>
    (fields, msg) => {
      const { level, format } = settings()
      if (logLevels.indexOf(eventLevel) < logLevels.indexOf(level)) return
      const line = format === 'json' ? JSON.stringify : toLogfmt
      write(printable(line({ ts: new Date(now()).toISOString(), level: eventLevel, msg, ...fields })))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const toLogfmt = (event: LogFields): string =>
  Object.entries(event)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ')

const quoted = (text: string): string => (/^[^\s"=\\\p{C}]+$/u.test(text) ? text : JSON.stringify(text))
