import { nearest } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Format } from '../settings/format.js'
import { shownKey, withValue } from '../settings/printable.js'
import type { Entry, Node, Position } from '../settings/yaml.js'

/** What is wrong with a file is gathered here, in the order in which it is found. */
export type FaultAt = (at: Position, path: string, what: string) => void

/** One map of the file. What is wrong with its keys and values is gathered, and what was wrong is then absent. */
export interface Keys {
  readonly isEmpty: boolean
  readonly has: (key: string) => boolean
  /** Whether it is there, and not as an empty value, which the toolkit takes for none. */
  readonly isGiven: (key: string) => boolean
  readonly value: <A>(key: string, format: Format<A>) => A | undefined
  readonly list: <A>(key: string, format: Format<A>) => ReadonlyArray<A> | undefined
  /** A map whose keys are known. */
  readonly map: (key: string, names: ReadonlyArray<string>) => Keys
  /** A map whose keys are anyone's. */
  readonly entries: (key: string, of: string) => ReadonlyArray<Entry>
  /** Where a key's value stands, or else the map. */
  readonly fault: (key: string, what: string) => void
}

/**
 * Begins to read a file's outermost map.
 *
 * @example
 * keysOf(node, '', ['tls_server_config'], (at, path, what) => faults.push(`${at.line}: ${path}: ${what}`))
 */
export const keysOf = (node: Node, path: string, names: ReadonlyArray<string>, faultAt: FaultAt): Keys => {
  const entries = new Map<string, Entry>()
  for (const entry of entriesOf(node, path, 'settings', faultAt)) {
    const { key = '', at } = entry
    if (!names.includes(key)) unknownKey(key, at, path, names, faultAt)
    else if (entries.has(key)) faultAt(at, join(path, key), 'is given twice')
    else entries.set(key, entry)
  }
  const single = <A>(value: Node, at: string, format: Format<A>): A | undefined => {
    const parsed = pipe(
      textOf(value, format.isByValue),
      E.chain((given) =>
        pipe(
          format.parse(given),
          E.mapLeft((fault) => withValue(given, fault)),
        ),
      ),
    )
    if (E.isRight(parsed)) return parsed.right
    faultAt(value.at, at, parsed.left)
    return undefined
  }
  const nodeOf = (key: string): Node => entries.get(key)?.value ?? { kind: 'empty', at: node.at }
  return {
    isEmpty: entries.size === 0,
    has: (key) => entries.has(key),
    isGiven: (key) => !isBlank(nodeOf(key)),
    value: (key, format) => (entries.has(key) ? single(nodeOf(key), join(path, key), format) : undefined),
    list: (key, format) => {
      const value = nodeOf(key)
      // Whoever comments out all items leaves the key.
      if (value.kind === 'empty') return entries.has(key) ? [] : undefined
      if (value.kind !== 'list') {
        faultAt(value.at, join(path, key), 'must be a list')
        return undefined
      }
      const items = value.items.map((item, index) => single(item, `${join(path, key)}[${index}]`, format))
      const right = items.filter((item) => item !== undefined)
      return right.length === items.length ? right : undefined
    },
    map: (key, known) => keysOf(nodeOf(key), join(path, key), known, faultAt),
    entries: (key, of) => entriesOf(nodeOf(key), join(path, key), of, faultAt),
    fault: (key, what) => faultAt(nodeOf(key).at, join(path, key), what),
  }
}

const isBlank = (node: Node): boolean => node.kind === 'empty' || (node.kind === 'text' && node.text === '')

const entriesOf = (node: Node, path: string, of: string, faultAt: FaultAt): ReadonlyArray<Entry> => {
  if (node.kind === 'map') return node.entries
  if (node.kind !== 'empty') faultAt(node.at, path, `must be a map of ${of}`)
  return []
}

const unknownKey = (key: string, at: Position, path: string, names: ReadonlyArray<string>, faultAt: FaultAt): void => {
  const meant = nearest(key, names)
  if (meant === undefined)
    faultAt(at, join(path, shownKey(key)), `there is no such setting; there are ${names.join(', ')}`)
  else faultAt(at, join(path, key), `there is no such setting; did you mean ${meant}?`)
}

/** The text of a value, as written or as YAML reads it, or why it is none. */
export const textOf = (node: Node, isByValue = false): E.Either<string, string> => {
  if (node.kind === 'text') return E.right(isByValue ? String(node.value ?? node.text) : node.text)
  return E.left(node.kind === 'empty' ? 'must not be empty' : `must be a single value, not a ${node.kind}`)
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
