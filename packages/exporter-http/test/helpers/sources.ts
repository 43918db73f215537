import * as E from 'fp-ts/lib/Either.js'
import type { Settings } from '../../src/settings/settings.js'
import type { Sources } from '../../src/settings/sources.js'
import { readSettings } from './texts.js'

/** Sources of settings with nothing in them but what a test gives; `files` is the disk. */
export const sources = (
  environment: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, ReadonlyArray<string>>> = {},
  files: Readonly<Record<string, string>> = {},
): Sources => ({
  environment,
  flags: new Map(Object.entries(flags)),
  readFile: (path) => E.fromNullable('ENOENT')(files[path]),
})

/** The smallest environment that the exporter starts with. */
export const smallest = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'hunter2' }

/** Settings that a test takes to be right. */
export const rightOf = E.getOrElse((faults: ReadonlyArray<string>): Settings => {
  throw new Error(faults.join('; '))
})

/** What the exporter goes by where nothing else is set. */
export const defaults: Settings = rightOf(readSettings(sources(smallest)))

/** Sources with a settings file of this text. */
export const withFile = (
  text: string,
  environment: Readonly<Record<string, string>> = {},
  flags: Readonly<Record<string, ReadonlyArray<string>>> = {},
  files: Readonly<Record<string, string>> = {},
): Sources => sources(environment, { 'config.file': ['exporter.yml'], ...flags }, { 'exporter.yml': text, ...files })
