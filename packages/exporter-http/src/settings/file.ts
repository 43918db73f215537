import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import {
  accountLabels,
  accountSettings,
  accountsKey,
  keyOf,
  sectionOf,
  sections,
  sizeRows,
  sizesKey,
} from './file-keys.js'
import { codeOf } from './files.js'
import { type Checked, type Place, type Problem, problem, quoted, refuse } from './problem.js'
import type { Setting } from './setting.js'
import { createReader, type Found, type Given, type Layer, outerLayers, type Sources } from './sources.js'
import { table } from './table.js'
import {
  entriesOf,
  join,
  kindGiven,
  knownEntriesOf,
  parseYaml,
  scalarOf,
  type YamlEntry,
  type YamlValue,
} from './yaml.js'

/** A label as it is given. */
export interface GivenLabel extends Given {
  readonly name: string
  readonly keyPlace: Place
}

/** An account as it is given. */
export interface FileAccount {
  /** Its setting is `accounts[1]`. */
  readonly place: Place
  readonly layer: Layer
  readonly labels: ReadonlyArray<GivenLabel>
}

/** A named size as it is given. */
export interface FileSize {
  readonly place: Place
  readonly name: string
  readonly layer: Layer
  readonly isEmpty: boolean
}

/** What a file says, before any value is parsed. */
export interface SettingsFile {
  readonly layer: Layer
  readonly accounts?: ReadonlyArray<FileAccount>
  readonly sizes: ReadonlyArray<FileSize>
  /** Of the file itself. */
  readonly problems: ReadonlyArray<Problem>
  /** What it was meant to say is unknown. */
  readonly isBroken: boolean
}

const noFile: SettingsFile = { layer: () => undefined, sizes: [], problems: [], isBroken: false }

const brokenFile = (problems: ReadonlyArray<Problem>): SettingsFile => ({ ...noFile, problems, isBroken: true })

/** The file that a flag or a variable names. */
export const readConfigFile = (sources: Sources): SettingsFile => {
  const { configFile } = table.file
  const reader = createReader(sources, outerLayers(sources))
  const named: Checked<string | undefined> = reader.value(configFile)
  const place = reader.found(configFile)?.place
  if (E.isLeft(named)) return brokenFile(named.left)
  if (named.right === undefined || place === undefined) return noFile
  const file = named.right
  try {
    return readSettingsFile(file, sources.readFile(file))
  } catch (error) {
    const what = `cannot be read (${codeOf(error)})`
    return brokenFile([
      sources.isFileAlone === true
        ? problem({ origin: { file }, setting: '' }, what)
        : problem(place, `${quoted(file)} ${what}`),
    ])
  }
}

/**
 * Takes a settings file apart, with every problem of its keys.
 *
 * @example
 * readSettingsFile('exporter.yml', 'colect: {}').problems.map(problemText)
 * // ['exporter.yml:1:1: colect: unknown setting, did you mean collect?']
 */
export const readSettingsFile = (file: string, text: string): SettingsFile => {
  const root = parseYaml(file, text)
  return E.isLeft(root) ? brokenFile(root.left) : takeApart(root.right, dirname(file))
}

const takeApart = (root: YamlValue, folder: string): SettingsFile => {
  const problems: Problem[] = []

  const layerOf = (entries: ReadonlyMap<string, YamlEntry>): Layer => {
    return (setting) => {
      const entry = entries.get(keyOf(setting))
      return entry === undefined ? undefined : { ...foundIn(entry, setting), folder }
    }
  }

  const labelsOf = (entry: YamlEntry | undefined, path: string): ReadonlyArray<GivenLabel> => {
    if (entry === undefined) return []
    const setting = join(path, accountLabels.key)
    const labels = new Map<string, GivenLabel>()
    for (const { key, place, valueAs } of entriesOf(entry.valueAs(setting), 'labels', problems)) {
      if (labels.has(key)) problems.push(problem(place, `${quoted(key)} given twice`))
      else labels.set(key, { name: key, keyPlace: place, ...givenIn(valueAs(setting)) })
    }
    return [...labels.values()]
  }

  const accountOf = (account: YamlValue): ReadonlyArray<FileAccount> => {
    const { place, kind } = account
    if (kind !== 'map') {
      problems.push(problem(place, kindGiven(account), 'a map of settings like name: shop'))
      return []
    }
    const entries = knownEntriesOf(account, [...accountSettings.map(keyOf), accountLabels.key], problems)
    return [{ place, layer: layerOf(entries), labels: labelsOf(entries.get(accountLabels.key), place.setting) }]
  }

  const accountsOf = (entry: YamlEntry): ReadonlyArray<FileAccount> => {
    const accounts = entry.valueAs(accountsKey.name)
    const items = accounts.kind === 'list' ? accounts.items() : []
    if (items.length === 0) {
      const what = accounts.kind === 'list' ? 'empty' : kindGiven(accounts)
      problems.push(problem(accounts.place, what, 'a list of accounts, each with a name'))
    }
    return items.flatMap(accountOf)
  }

  const sizesOf = (entry: YamlEntry): ReadonlyArray<FileSize> => {
    const names = new Set<string>()
    return entriesOf(entry.valueAs(sizesKey.name), 'sizes', problems).map(({ key, place, valueAs }) => {
      const named = { ...place, setting: join(sizesKey.name, key) }
      if (names.has(key)) problems.push(problem(named, 'given twice'))
      names.add(key)
      const entries = knownEntriesOf(valueAs(named.setting), Object.values(sizeRows).map(keyOf), problems)
      return { place: named, name: key, layer: layerOf(entries), isEmpty: entries.size === 0 }
    })
  }

  const top = knownEntriesOf(root, [accountsKey.name, sizesKey.name, ...sections.map(({ name }) => name)], problems)
  const layers = new Map(
    sections.flatMap(({ name, settings }) => {
      const section = top.get(name)?.valueAs(name)
      return section === undefined
        ? []
        : [[name, layerOf(knownEntriesOf(section, settings.map(keyOf), problems))] as const]
    }),
  )
  const [accounts, sizes] = [top.get(accountsKey.name), top.get(sizesKey.name)]
  return {
    layer: (setting) => layers.get(sectionOf(setting))?.(setting),
    ...(accounts === undefined ? {} : { accounts: accountsOf(accounts) }),
    sizes: sizes === undefined ? [] : sizesOf(sizes),
    problems,
    isBroken: false,
  }
}

const givenIn = (value: YamlValue, expected?: string): Given => ({
  place: value.place,
  scalar: scalarOf(value, expected),
})

const foundIn = ({ place, valueAs }: YamlEntry, setting: Setting<unknown>): Omit<Found, 'folder'> => {
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
