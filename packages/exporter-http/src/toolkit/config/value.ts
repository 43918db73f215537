import { dirname } from 'node:path'
import { nearest, shown } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import type { Parser } from './format.js'
import { given, type Place, type Report, shownKey } from './problem.js'

/** What is given for a setting in a file, a flag or a variable, and where. */
export type Value = { readonly place: Place } & (
  | { readonly kind: 'nothing' }
  /** As it is written, and as YAML reads it: what no YAML file gives is a text. */
  | { readonly kind: 'value'; readonly text: string; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: () => ReadonlyArray<Value> }
  | { readonly kind: 'map'; readonly entries: () => ReadonlyArray<Entry> }
)

export interface Entry {
  /** Empty for a list or a map: YAML accepts these as keys. */
  readonly key: string
  /** The place of the key. */
  readonly place: Place
  readonly value: Value
}

export const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** What is given where something else is expected, without anything of it. */
export const kindGiven = ({ kind }: Value): string => {
  if (kind === 'nothing') return given('')
  return kind === 'value' ? 'a single value given' : `a ${kind} given`
}

/** Parses a single value; a problem quotes it unless it is a secret. */
export const readSingle = <A>(
  value: Value,
  { parse, isReadByYaml }: Parser<A>,
  report: Report,
  { isSecret = false, expected = 'a single value' } = {},
): A | undefined => {
  const { place } = value
  if (value.kind !== 'value') return report(place, kindGiven(value), value.kind === 'nothing' ? 'a value' : expected)
  const folder = typeof place.origin === 'string' ? '' : dirname(place.origin.file)
  const parsed = parse(isReadByYaml === true ? String(value.value) : value.text, folder)
  return E.isRight(parsed) ? parsed.right : report(place, given(value.text, isSecret), parsed.left)
}

/** The entries of a map of any keys; none for nothing, as where a whole section is commented out. */
export const entriesOf = (map: Value | undefined, of: string, report: Report): ReadonlyArray<Entry> => {
  if (map?.kind === 'map') return map.entries()
  if (map !== undefined && map.kind !== 'nothing') report(map.place, kindGiven(map), `a map of ${of}`)
  return []
}

/** Reads a map of any keys to single values. A key may be a secret, so that problems name the map alone. */
export const readMap = (
  map: Value | undefined,
  of: { readonly what: string; readonly key: Parser<string>; readonly value: Parser<string> },
  report: Report,
  { isSecret = false } = {},
): ReadonlyMap<string, string> => {
  const read = new Map<string, string>()
  const named = (place: Place): Place => ({ ...place, setting: map?.place.setting ?? '' })
  for (const { key, place, value } of entriesOf(map, of.what, report)) {
    const at = named(place)
    readSingle({ kind: 'value', place: at, text: key, value: key }, of.key, report, { isSecret })
    if (read.has(key)) report(at, isSecret ? 'a key given twice' : `${shown(key)} given twice`)
    else read.set(key, readSingle({ ...value, place: named(value.place) }, of.value, report, { isSecret }) ?? '')
  }
  return read
}

/** The entries of a map of known keys, by key. */
export const knownEntriesOf = (
  map: Value | undefined,
  names: ReadonlyArray<string>,
  report: Report,
): ReadonlyMap<string, Entry> => {
  const entries = new Map<string, Entry>()
  for (const entry of entriesOf(map, 'settings', report)) {
    const { key, place, value } = entry
    const meant = nearest(key, names)
    if (names.includes(key)) {
      if (entries.has(key)) report(place, 'given twice')
      else entries.set(key, entry)
    } else if (meant !== undefined) report(place, 'unknown setting', undefined, meant)
    else {
      // Without a value it may be the rest of a password with a comma in it.
      const name = value.kind === 'nothing' ? '…' : shownKey(key)
      const setting = join(map?.place.setting ?? '', name)
      report({ ...place, setting }, 'unknown setting', `one of ${names.join(', ')}`)
    }
  }
  return entries
}
