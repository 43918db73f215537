import { nearest } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { Scalar } from './format.js'
import { type Checked, given, type Place, type Problem, problem, refuse, shownKey } from './problem.js'

/** A value of a YAML file and its place. */
export type YamlValue = { readonly place: Place } & (
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'value' } & Scalar)
  | { readonly kind: 'list'; readonly items: () => ReadonlyArray<YamlValue> }
  | { readonly kind: 'map'; readonly entries: () => ReadonlyArray<YamlEntry> }
)

export interface YamlEntry {
  /** Empty for a list or a map: YAML accepts these as keys. */
  readonly key: string
  /** The place of the key, with the name of the map. */
  readonly place: Place
  /** The value, under the name that a problem gives it. */
  readonly valueAs: (setting: string) => YamlValue
}

/**
 * Reads YAML. A problem of its syntax repeats nothing of the text, which may be a password.
 *
 * @example
 * parseYaml('exporter.yml', '0x10') // right({ kind: 'value', value: 16, text: '0x10', place })
 */
export const parseYaml = (file: string, source: string): Checked<YamlValue> => {
  const lineCounter = new LineCounter()
  // Keys are checked with their path, together with everything else; pretty errors quote the text.
  const document = parseDocument(source.replace(/^\uFEFF/, ''), { uniqueKeys: false, prettyErrors: false, lineCounter })
  const placeAt = (offset: number, setting: string): Place => {
    const { line, col } = lineCounter.linePos(offset)
    return { origin: { file }, line, column: col, setting }
  }
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) =>
    problem(placeAt(pos[0], ''), sentences[code] ?? `invalid YAML (${code})`),
  )
  if (faults.length > 0) return E.left(firstOfEachLine(faults))

  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  const unknown: Problem[] = []
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node)
        return
      }
      const target = anchors.get(node.source)
      if (target === undefined)
        unknown.push(problem(placeAt(offsetOf(node), ''), 'unknown anchor; a value that begins with * needs quotes'))
      else targets.set(node, target)
    },
  })
  if (unknown.length > 0) return E.left(unknown)

  const toValue = (at: unknown, setting: string, keyPlace: Place, isItem = false): YamlValue => {
    if (!isNode(at)) return { kind: 'nothing', place: { ...keyPlace, setting } }
    const place = placeAt(offsetOf(at), setting)
    const node = isAlias(at) ? targets.get(at) : at
    if (isMap(node)) return { kind: 'map', place, entries: () => node.items.map(entryIn(place)) }
    if (isSeq(node)) {
      return {
        kind: 'list',
        place,
        items: () => node.items.map((item, index) => toValue(item, `${setting}[${index}]`, place, true)),
      }
    }
    if (!isScalar(node) || node.value === null) {
      // Nothing is written: only the key can be pointed at.
      const isBlank = isScalar(node) && node.source === '' && !isItem
      return { kind: 'nothing', place: isBlank ? { ...keyPlace, setting } : place }
    }
    const { value: read } = node
    const text = typeof read === 'string' ? read : (node.source ?? '')
    const isValue = typeof read === 'boolean' || (typeof read === 'number' && Number.isFinite(read))
    return { kind: 'value', place, text, value: isValue ? read : text }
  }

  const entryIn =
    (map: Place) =>
    ({ key, value }: { readonly key: unknown; readonly value: unknown }): YamlEntry => {
      const keyValue = toValue(key, map.setting, map)
      const { place } = keyValue
      return {
        key: keyValue.kind === 'value' ? keyValue.text : '',
        place,
        valueAs: (setting) => toValue(value, setting, place),
      }
    }

  return E.right(toValue(document.contents, '', placeAt(0, '')))
}

const offsetOf = ({ range }: Node): number => range?.[0] ?? 0

// One slip makes the rest of its line unintelligible too.
const firstOfEachLine = (problems: ReadonlyArray<Problem>): ReadonlyArray<Problem> =>
  problems.filter(({ line }, index) => problems.findIndex((other) => other.line === line) === index)

const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias (*name) takes neither anchor nor tag; a value that begins with & or ! needs quotes',
  BAD_ALIAS: 'a value that begins with * or & needs quotes',
  BAD_DIRECTIVE: 'a line that begins with % needs quotes',
  BAD_DQ_ESCAPE: 'unknown escape within double quotes; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'wrong indentation; is a bracket not closed above?',
  BAD_SCALAR_START: 'a value that begins with @, ` or % needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a value that contains ": " needs quotes; a line must not be indented deeper than its neighbours',
  BLOCK_IN_FLOW: 'within { } and [ ] everything must be written with { } and [ ]',
  MISSING_CHAR: 'a closing quote or bracket, a comma, or ": " after a key is missing',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line and end with ": "',
  MULTIPLE_DOCS: 'a second document begins here, expected one',
  TAB_AS_INDENT: 'a tab indents this line, expected spaces',
  TAG_RESOLVE_FAILED: 'a value that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'unexpected here; is something not closed or not quoted?',
}

export const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** The entries of a map of any keys; none for nothing, as where a whole section is commented out. */
export const entriesOf = (map: YamlValue | undefined, of: string, problems: Problem[]): ReadonlyArray<YamlEntry> => {
  if (map?.kind === 'map') return map.entries()
  if (map !== undefined && map.kind !== 'nothing') problems.push(problem(map.place, kindGiven(map), `a map of ${of}`))
  return []
}

/** The entries of a map of known keys, by key. */
export const knownEntriesOf = (
  map: YamlValue | undefined,
  names: ReadonlyArray<string>,
  problems: Problem[],
): ReadonlyMap<string, YamlEntry> => {
  const entries = new Map<string, YamlEntry>()
  for (const entry of entriesOf(map, 'settings', problems)) {
    const { key, place } = entry
    if (!names.includes(key)) problems.push(unknownKey(entry, names))
    else if (entries.has(key)) problems.push(problem({ ...place, setting: join(place.setting, key) }, 'given twice'))
    else entries.set(key, entry)
  }
  return entries
}

const unknownKey = ({ key, place, valueAs }: YamlEntry, names: ReadonlyArray<string>): Problem => {
  const meant = nearest(key, names)
  const what = 'unknown setting'
  if (meant !== undefined) return { ...problem({ ...place, setting: join(place.setting, key) }, what), meant }
  // Without a value it may be the rest of a password with a comma in it.
  const shown = valueAs('').kind === 'nothing' ? '…' : shownKey(key)
  return problem({ ...place, setting: join(place.setting, shown) }, what, `one of ${names.join(', ')}`)
}

/** What is given where something else is expected, without anything of it. */
export const kindGiven = (value: YamlValue): string => {
  if (value.kind === 'nothing') return given('')
  return value.kind === 'value' ? 'a single value given' : `a ${value.kind} given`
}

/** A single value, or what is there instead. */
export const scalarOf = (value: YamlValue, expected = 'a single value'): Checked<Scalar> => {
  if (value.kind === 'value') return E.right(value)
  return refuse(value.place, kindGiven(value), value.kind === 'nothing' ? 'a value' : expected)
}
