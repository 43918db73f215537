import { shown } from '@alauda-exporter/alauda-client/options'
import type { ReadFile } from '../toolkit/config/files.js'
import type { Place, Report } from '../toolkit/config/problem.js'
import { knownEntriesOf, type Value } from '../toolkit/config/value.js'
import { readYaml } from '../toolkit/config/yaml.js'
import { type ProxyVariables, readProxyVariables } from './proxy.js'
import { createReader, firstOf, type Layer, layerOf, type Setting } from './setting.js'
import { sections, table } from './table.js'

/** Where settings are read from. A flag wins over the environment, and both win over the file that one of them names. */
export interface Sources {
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: ReadFile
  /** The file is checked alone: what an account lacks in it may still come from flags or the environment. */
  readonly isFileAlone?: boolean
}

/** What the sources say, before any value is parsed. */
export interface Given {
  /** Flags, environment. */
  readonly outer: ReadonlyArray<Layer>
  /** The sections of the file. */
  readonly file: Layer
  readonly defaults: Layer
  readonly readFile: ReadFile
  readonly proxies: ProxyVariables
  readonly isDemo: boolean
  /** In the file. */
  readonly accounts?: Value | undefined
  readonly sizes?: Value | undefined
  /** There may be more that is given, or meant to be. */
  readonly isPartial: boolean
}

/** Takes the sources apart, and reports every problem of the file's keys. */
export const readSources = (sources: Sources, report: Report): Given => {
  const { flags, environment, readFile, isFileAlone = false } = sources
  const isDemo = flags.get(table.demo.demo.flag)?.at(-1) === 'true'
  const outer = [
    textLayer('command line', flagName, ({ flag }) => flags.get(flag)),
    textLayer('environment', variableName, (setting) => textsIn(environment[variableName(setting)], setting)),
  ]
  const { value, find } = createReader(outer, report)
  const [file, place] = [value(table.file.configFile), find(table.file.configFile)?.place]
  const root =
    file === undefined || place === undefined
      ? undefined
      : readYaml(file, readFile, report, isFileAlone ? undefined : (what) => report(place, `${shown(file)} ${what}`))
  const top = knownEntriesOf(root, ['accounts', 'sizes', ...sections.map(({ name }) => name)], report)
  return {
    outer,
    file: firstOf(sections.map(({ name, settings }) => layerOf(top.get(name)?.value, settings, report))),
    defaults: textLayer('default', flagName, (setting) => {
      const text = (isDemo ? setting.demoDefault : undefined) ?? setting.default
      return text === undefined ? undefined : [text]
    }),
    readFile,
    proxies: readProxyVariables(environment, report),
    isDemo,
    accounts: top.get('accounts')?.value,
    sizes: top.get('sizes')?.value,
    isPartial: isFileAlone || (place !== undefined && root === undefined),
  }
}

const flagName = ({ flag }: Setting<unknown>): string => `--${flag}`

const variableName = ({ environment = '' }: Setting<unknown>): string => environment

/** The values in a variable; an empty one counts as not set. */
const textsIn = (text = '', { isList }: Setting<unknown>): ReadonlyArray<string> | undefined => {
  if (text === '') return undefined
  return isList === true ? text.split(',').map((item) => item.trim()) : [text]
}

/** What texts give: flags, variables, defaults. */
const textLayer =
  (
    origin: Place['origin'],
    nameOf: (setting: Setting<unknown>) => string,
    textsOf: (setting: Setting<unknown>) => ReadonlyArray<string> | undefined,
  ): Layer =>
  (setting) => {
    const texts = textsOf(setting)
    if (texts === undefined) return undefined
    const place = { origin, setting: nameOf(setting) }
    const values = texts.map((text): Value => ({ kind: 'value', place, text, value: text }))
    const list: Value = { kind: 'list', place, items: () => values }
    return { key: place.setting, place, value: setting.isList === true ? list : (values.at(-1) ?? list) }
  }
