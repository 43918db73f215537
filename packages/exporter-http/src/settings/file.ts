import * as E from 'fp-ts/lib/Either.js'
import { codeOf } from '../toolkit/config/files.js'
import { type Checked, type Problem, problem, quoted, refuse } from '../toolkit/config/problem.js'
import { join, knownEntriesOf, parseYaml, scalarOf, type YamlEntry, type YamlValue } from '../toolkit/config/yaml.js'
import { accountsKey, keyOf, sectionOf, sections, sizesKey } from './file-keys.js'
import type { Setting } from './setting.js'
import { createReader, type Found, type Given, type Layer, outerLayers, type Sources } from './sources.js'
import { table } from './table.js'

/** What a file says, before any value is parsed. */
export interface SettingsFile {
  /** Its sections. */
  readonly layer: Layer
  readonly accounts: YamlValue | undefined
  readonly sizes: YamlValue | undefined
  /** Of the file itself and of the keys of its sections. */
  readonly problems: ReadonlyArray<Problem>
  /** What it was meant to say is unknown. */
  readonly isBroken: boolean
}

const withoutFile = (problems: ReadonlyArray<Problem>): SettingsFile => ({
  layer: () => undefined,
  accounts: undefined,
  sizes: undefined,
  problems,
  isBroken: problems.length > 0,
})

/** The file that a flag or a variable names. */
export const readConfigFile = (sources: Sources): SettingsFile => {
  const { configFile } = table.file
  const reader = createReader(sources, outerLayers(sources))
  const named: Checked<string | undefined> = reader.value(configFile)
  const place = reader.found(configFile)?.place
  if (E.isLeft(named)) return withoutFile(named.left)
  if (named.right === undefined || place === undefined) return withoutFile([])
  const file = named.right
  try {
    return readSettingsFile(file, sources.readFile(file))
  } catch (error) {
    const what = `cannot be read (${codeOf(error)})`
    const isAlone = sources.isFileAlone === true
    return withoutFile([
      isAlone ? problem({ origin: { file }, setting: '' }, what) : problem(place, `${quoted(file)} ${what}`),
    ])
  }
}

/**
 * Takes a settings file apart, with every problem of its sections.
 *
 * @example
 * readSettingsFile('exporter.yml', 'colect: {}').problems.map(problemText)
 * // ['exporter.yml:1:1: colect: unknown setting, did you mean collect?']
 */
export const readSettingsFile = (file: string, text: string): SettingsFile => {
  const root = parseYaml(file, text)
  if (E.isLeft(root)) return withoutFile(root.left)
  const problems: Problem[] = []
  const names = [accountsKey.name, sizesKey.name, ...sections.map(({ name }) => name)]
  const top = knownEntriesOf(root.right, names, problems)
  const valueIn = (name: string) => top.get(name)?.valueAs(name)
  const layers = new Map(
    sections.map(({ name, settings }) => [name, layerOf(knownEntriesOf(valueIn(name), settings.map(keyOf), problems))]),
  )
  return {
    layer: (setting) => layers.get(sectionOf(setting))?.(setting),
    accounts: valueIn(accountsKey.name),
    sizes: valueIn(sizesKey.name),
    problems,
    isBroken: false,
  }
}

/** What the entries of a map give for settings. */
export const layerOf =
  (entries: ReadonlyMap<string, YamlEntry>): Layer =>
  (setting) => {
    const entry = entries.get(keyOf(setting))
    return entry === undefined ? undefined : foundIn(entry, setting)
  }

const givenIn = (value: YamlValue, expected?: string): Given => ({
  place: value.place,
  scalar: scalarOf(value, expected),
})

const foundIn = ({ place, valueAs }: YamlEntry, setting: Setting<unknown>): Found => {
  const path = join(place.setting, keyOf(setting))
  const value = valueAs(path)
  const places = { place: value.place, keyPlace: { ...place, setting: path } }
  if (setting.isList !== true || value.kind !== 'list') {
    const expected = setting.isList === true ? 'a value or a list of values' : undefined
    return { ...places, values: [givenIn(value, expected)] }
  }
  const items = value.items().map((item) => givenIn(item))
  const nothing = { place: value.place, scalar: refuse(value.place, 'empty', 'at least one value') }
  return { ...places, values: items.length === 0 ? [nothing] : items }
}
