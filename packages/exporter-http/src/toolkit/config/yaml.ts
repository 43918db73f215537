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
import type { ReadFile } from './files.js'
import type { Place, Report } from './problem.js'
import { type Entry, join, type Value } from './value.js'

/** Reads a file of YAML. Why it cannot be read is reported at the file, unless `unreadable` reports it elsewhere. */
export const readYaml = (
  file: string,
  readFile: ReadFile,
  report: Report,
  unreadable: (reason: string) => undefined = (reason) => report({ origin: { file }, setting: '' }, reason),
): Value | undefined => {
  const source = readFile(file)
  return E.isRight(source) ? parseYaml(file, source.right, report) : unreadable(`cannot be read (${source.left})`)
}

/**
 * Reads YAML. A problem of its syntax repeats nothing of the text, which may be a password.
 *
 * @example
 * parseYaml('exporter.yml', '0x10', report) // { kind: 'value', value: 16, text: '0x10', place }
 */
export const parseYaml = (file: string, source: string, report: Report): Value | undefined => {
  const lineCounter = new LineCounter()
  // Keys are checked with their path, together with everything else; pretty errors quote the text.
  const document = parseDocument(source.replace(/^\uFEFF/, ''), { uniqueKeys: false, prettyErrors: false, lineCounter })
  const placeAt = (offset: number, setting = ''): Place => {
    const { line, col } = lineCounter.linePos(offset)
    return { origin: { file }, line, column: col, setting }
  }
  const errors = [...document.errors, ...document.warnings].map(({ code, pos: [offset] }) => ({
    place: placeAt(offset),
    what: sentences[code] ?? `invalid YAML (${code})`,
  }))
  // One slip makes the rest of its line unintelligible too.
  const byLine = new Map(errors.toReversed().map((error) => [error.place.line, error]))
  for (const { place, what } of byLine.values()) report(place, what)
  if (errors.length > 0) return undefined

  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node | undefined>()
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) targets.set(node, anchors.get(node.source))
      else if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  const lost = [...targets].flatMap(([alias, target]) => (target === undefined ? [alias] : []))
  for (const alias of lost) report(placeAt(offsetOf(alias)), 'unknown anchor; a value that begins with * needs quotes')
  if (lost.length > 0) return undefined

  const toValue = (at: unknown, setting: string, keyPlace: Place, isItem = false): Value => {
    if (!isNode(at)) return { kind: 'nothing', place: { ...keyPlace, setting } }
    const place = placeAt(offsetOf(at), setting)
    const node = isAlias(at) ? targets.get(at) : at
    if (isMap(node)) return { kind: 'map', place, entries: () => node.items.map((pair) => toEntry(pair, place)) }
    if (isSeq(node)) {
      const toItem = (item: unknown, index: number) => toValue(item, `${setting}[${index}]`, place, true)
      return { kind: 'list', place, items: () => node.items.map(toItem) }
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

  const toEntry = (pair: { readonly key: unknown; readonly value: unknown }, map: Place): Entry => {
    const name = toValue(pair.key, map.setting, map)
    const key = name.kind === 'value' ? name.text : ''
    const place = { ...name.place, setting: join(map.setting, key) }
    return { key, place, value: toValue(pair.value, place.setting, place) }
  }

  return toValue(document.contents, '', placeAt(0))
}

const offsetOf = ({ range }: Node): number => range?.[0] ?? 0

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
