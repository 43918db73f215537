import { dirname } from 'node:path'
import { nearest } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { accountLabels, accountSettings, accountsKey, keyOf, sections, sizeRows, sizesKey } from './file-keys.js'
import type { Format } from './format.js'
import { shownKey } from './printable.js'
import type { Fault, Setting } from './setting.js'
import { type Entry, type Node, type Position, parseYaml } from './yaml.js'

/** One value as it was given, and what to name in a fault of it. */
export interface Given {
  readonly origin: string
  /** The text, or why it is none. */
  readonly text: E.Either<string, string>
}

/** What was given for a setting. */
export interface Found {
  /** What to name in a fault of the whole. */
  readonly origin: string
  /** What to name in a fault of its being there at all. */
  readonly keyOrigin: string
  /** How the fault of another setting names it. */
  readonly name: string
  readonly values: ReadonlyArray<Given>
  /** Where the names of files begin that are not absolute. */
  readonly folder: string
}

/** What a file gives, by flag. */
export type Layer = ReadonlyMap<string, Found>

/** A label as it was given. */
export interface GivenLabel {
  readonly origin: string
  readonly name: string
  readonly value: Given
}

/** An account as it was given. */
export interface FileAccount {
  /** `accounts[1]` */
  readonly path: string
  /** What to name in a fault of something that the account does not say. */
  readonly originOf: (key?: string) => string
  readonly layer: Layer
  readonly labels: ReadonlyArray<GivenLabel>
}

/** A named size as it was given. */
export interface FileSize {
  readonly origin: string
  readonly name: string
  readonly layer: Layer
}

/** What a file says, before any value is looked into. */
export interface SettingsFile {
  readonly name: string
  readonly settings: Layer
  readonly accounts?: ReadonlyArray<FileAccount>
  readonly sizes: ReadonlyArray<FileSize>
  /** What is wrong with the file itself. */
  readonly faults: ReadonlyArray<Fault>
  /** Nobody can tell what it was meant to say. */
  readonly isBroken: boolean
}

export const noFile: SettingsFile = { name: '', settings: new Map(), sizes: [], faults: [], isBroken: false }

/** In place of a file that says nothing intelligible. */
export const brokenFile = (name: string, faults: ReadonlyArray<Fault>): SettingsFile => ({
  ...noFile,
  name,
  faults,
  isBroken: true,
})

/**
 * Takes a settings file apart, and tells everything that is wrong with its keys.
 *
 * @example
 * readSettingsFile('exporter.yml', 'colect: {}').faults
 * // ['exporter.yml:1:1: colect: there is no such setting; did you mean collect?']
 */
export const readSettingsFile = (file: string, text: string): SettingsFile => {
  const at = ({ line, column }: Position, path: string): string =>
    path === '' ? `${file}:${line}:${column}` : `${file}:${line}:${column}: ${path}`
  const root = parseYaml(text)
  return E.isLeft(root)
    ? brokenFile(
        file,
        root.left.map(({ at: position, what }) => `${at(position, '')}: ${what}`),
      )
    : { ...fileOf(root.right, at, dirname(file)), name: file }
}

type Where = (at: Position, path: string) => string

const fileOf = (root: Node, where: Where, folder: string): Omit<SettingsFile, 'name'> => {
  const faults: Fault[] = []

  const entriesOf = (node: Node, path: string, names: ReadonlyArray<string>): ReadonlyMap<string, Entry> => {
    const entries = new Map<string, Entry>()
    for (const entry of mapEntries(node, path)) {
      const { key = '', at } = entry
      const known = names.includes(key)
      if (!known) faults.push(unknownKey(key, at, path, names))
      else if (entries.has(key)) faults.push(`${where(at, join(path, key))}: is given twice`)
      else entries.set(key, entry)
    }
    return entries
  }

  const mapEntries = (node: Node, path: string, of = 'settings'): ReadonlyArray<Entry> => {
    if (node.kind === 'map') return node.entries
    // Whoever comments out all of a section leaves its key.
    if (node.kind !== 'empty') faults.push(`${where(node.at, path)}: must be a map of ${of}`)
    return []
  }

  const unknownKey = (key: string, at: Position, path: string, names: ReadonlyArray<string>): Fault => {
    const meant = nearest(key, names)
    return meant === undefined
      ? `${where(at, join(path, shownKey(key)))}: there is no such setting; there are ${names.join(', ')}`
      : `${where(at, join(path, key))}: there is no such setting; did you mean ${meant}?`
  }

  const layerOf = (
    entries: ReadonlyMap<string, Entry>,
    path: string,
    settings: ReadonlyArray<Setting<unknown>>,
  ): Layer =>
    new Map(
      settings.flatMap((setting) => {
        const entry = entries.get(keyOf(setting))
        if (entry === undefined) return []
        return [[setting.flag, { ...foundOf(entry, join(path, keyOf(setting)), setting, where), folder }]]
      }),
    )

  const labelsOf = (node: Node, path: string): ReadonlyArray<GivenLabel> => {
    const labels = new Map<string, GivenLabel>()
    for (const { key = '', at, value } of mapEntries(node, path, 'labels')) {
      if (labels.has(key)) {
        faults.push(`${where(at, path)}: a label of this name is given twice`)
        continue
      }
      labels.set(key, {
        origin: where(at, path),
        name: key,
        value: { origin: where(value.at, path), text: textOf(value, 'must be a single value', accountLabels.value) },
      })
    }
    return [...labels.values()]
  }

  const accountIn = (node: Node, index: number): ReadonlyArray<FileAccount> => {
    const path = `${accountsKey.name}[${index}]`
    if (node.kind === 'map') return [accountOf(node, path)]
    faults.push(`${where(node.at, path)}: must be a map of settings, like name: shop`)
    return []
  }

  const accountOf = (node: Node, path: string): FileAccount => {
    const originOf = (key = '') => where(node.at, join(path, key))
    const entries = entriesOf(node, path, [accountSettings.map(keyOf), accountLabels.key].flat())
    const labels = entries.get(accountLabels.key)
    return {
      path,
      originOf,
      layer: layerOf(entries, path, accountSettings),
      labels: labels === undefined ? [] : labelsOf(labels.value, join(path, accountLabels.key)),
    }
  }

  const accountsOf = ({ value }: Entry): ReadonlyArray<FileAccount> => {
    if (value.kind === 'list' && value.items.length > 0) return value.items.flatMap(accountIn)
    faults.push(`${where(value.at, accountsKey.name)}: must be a list of accounts, each with a name`)
    return []
  }

  const sizesOf = ({ value: sizes }: Entry): ReadonlyArray<FileSize> => {
    const rows = Object.values(sizeRows)
    return mapEntries(sizes, sizesKey.name, 'sizes').map(({ key = '', at, value }, index, all) => {
      const path = join(sizesKey.name, key)
      if (all.findIndex((entry) => entry.key === key) < index) faults.push(`${where(at, path)}: is given twice`)
      return { origin: where(at, path), name: key, layer: layerOf(entriesOf(value, path, rows.map(keyOf)), path, rows) }
    })
  }

  const top = entriesOf(root, '', [accountsKey.name, sizesKey.name, ...sections.map(({ name }) => name)])
  const layers = sections.map(({ name, settings }): Layer => {
    const section = top.get(name)
    if (section === undefined) return new Map()
    return layerOf(entriesOf(section.value, name, settings.map(keyOf)), name, settings)
  })
  const accounts = top.get(accountsKey.name)
  const sizes = top.get(sizesKey.name)
  return {
    settings: new Map(layers.flatMap((layer) => [...layer])),
    ...(accounts === undefined ? {} : { accounts: accountsOf(accounts) }),
    sizes: sizes === undefined ? [] : sizesOf(sizes),
    faults,
    isBroken: false,
  }
}

const join = (path: string, key: string): string => [path, key].filter((part) => part !== '').join('.')

const foundOf = (
  { at, value }: Entry,
  path: string,
  { isList, format }: Setting<unknown>,
  where: Where,
): Omit<Found, 'folder'> => {
  const given = (node: Node, name: string, expected: string): Given => ({
    origin: where(node.at, name),
    text: textOf(node, expected, format),
  })
  const origin = where(value.at, path)
  const names = { origin, keyOrigin: where(at, path), name: path }
  if (isList !== true) return { ...names, values: [given(value, path, 'must be a single value')] }
  if (value.kind !== 'list') return { ...names, values: [given(value, path, 'must be a value or a list of values')] }
  const items = value.items.map((item, index) => given(item, `${path}[${index}]`, 'must be a single value'))
  const nothing = { origin, text: E.left('must have at least one value') }
  return { ...names, values: items.length === 0 ? [nothing] : items }
}

const textOf = (node: Node, expected: string, { isByValue = false }: Format<unknown>): E.Either<string, string> => {
  if (node.kind === 'text') return E.right(isByValue ? String(node.value ?? node.text) : node.text)
  return E.left(node.kind === 'empty' ? 'must not be empty' : `${expected}, not a ${node.kind}`)
}
