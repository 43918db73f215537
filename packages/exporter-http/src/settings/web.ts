import { isAbsolute, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { all } from './account.js'
import type { ListenAddress } from './listen-address.js'
import type { Checked, Setting } from './setting.js'
import type { Reader } from './sources.js'
import { table } from './table.js'

/** Where and how to serve. */
export interface WebSettings {
  readonly listenAddresses: ReadonlyArray<ListenAddress>
  readonly telemetryPath: string
  readonly configFile?: string
  /** 0: no limit. */
  readonly maxRequests: number
  readonly enableLifecycle: boolean
  readonly disableExporterMetrics: boolean
  readonly prometheusUrl?: string
}

export const checkWeb = (reader: Reader): Checked<WebSettings> =>
  pipe(
    all({
      listenAddresses: reader.list(table.listenAddresses),
      telemetryPath: reader.one(table.telemetryPath),
      configFile: webConfigFile(reader),
      maxRequests: reader.one(table.maxRequests),
      enableLifecycle: reader.one(table.enableLifecycle),
      disableExporterMetrics: reader.one(table.disableExporterMetrics),
      prometheusUrl: reader.optional(table.prometheusUrl),
    }),
    E.map(({ configFile, prometheusUrl, ...web }) => ({
      ...web,
      ...(configFile === undefined ? {} : { configFile }),
      ...(prometheusUrl === undefined ? {} : { prometheusUrl }),
    })),
  )

/** Where the settings file names it, it is sought beside that one. */
const webConfigFile = (reader: Reader): Checked<string | undefined> =>
  pipe(
    reader.optional(table.webConfigFile),
    E.map((path) => {
      if (path === undefined || isAbsolute(path)) return path
      return join(reader.found(table.webConfigFile)?.folder ?? '', path)
    }),
  )

const rows: ReadonlyArray<readonly [keyof WebSettings, Setting<unknown>]> = [
  ['listenAddresses', table.listenAddresses],
  ['telemetryPath', table.telemetryPath],
  ['configFile', table.webConfigFile],
  ['maxRequests', table.maxRequests],
  ['disableExporterMetrics', table.disableExporterMetrics],
  ['prometheusUrl', table.prometheusUrl],
  ['enableLifecycle', table.enableLifecycle],
]

/**
 * The settings that are not the same in both.
 *
 * @example
 * changedSettings(web, { ...web, telemetryPath: '/other' }) // [table.telemetryPath]
 */
export const changedSettings = (before: WebSettings, after: WebSettings): ReadonlyArray<Setting<unknown>> =>
  rows.flatMap(([key, row]) => (isDeepStrictEqual(before[key], after[key]) ? [] : [row]))
