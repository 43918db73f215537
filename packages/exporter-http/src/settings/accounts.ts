import { shown } from '@alauda-exporter/alauda-client/options'
import type { Place, Report } from '../toolkit/config/problem.js'
import {
  type Entry,
  entriesOf,
  join,
  kindGiven,
  knownEntriesOf,
  readSingle,
  type Value,
} from '../toolkit/config/value.js'
import { type Account, type Missing, readAccount, readEndpoint } from './account.js'
import { accountLabels, accountName, accountSettings, takenLabels } from './account-table.js'
import { keyOf } from './setting.js'
import { createReader, type Layer, layerOf, outerLayers, type Sources } from './sources.js'
import { table } from './table.js'

/** An account as it is given. */
interface GivenAccount {
  /** Its setting is `accounts[1]`. */
  readonly place: Place
  readonly entries: ReadonlyMap<string, Entry>
  readonly layer: Layer
}

/**
 * The accounts of a file, each by itself and all side by side. Flags and variables set how they are called, but neither whose they
 * are nor the address of an account that has its own.
 */
export const readFileAccounts = (
  sources: Sources,
  section: Layer,
  list: Value,
  serviceLabels: ReadonlyArray<string>,
  report: Report,
): ReadonlyArray<Account> => {
  const outer = outerLayers(sources)
  const accounts = accountsIn(list, report)
  reportConflicts(accounts, outer, section, report)
  // The section must be right even if every account has its own address.
  readEndpoint(createReader(sources, [...outer, section], report))
  const names = new Map<string, Place>()
  const taken = takenLabels(serviceLabels)
  return accounts.flatMap(({ place, entries, layer }) => {
    const own = createReader(sources, [layer], report)
    const shared = createReader(sources, [...outer, layer, section], report)
    const name = own.value(accountName)
    const nameEntry = layer(accountName)
    const other = names.get(name ?? '')
    const lacks = (key: string, expected: string) =>
      report({ ...place, setting: join(place.setting, key) }, 'not set', expected)
    if (nameEntry === undefined) lacks('name', 'a name for each account')
    else if (name !== undefined && other !== undefined)
      report(nameEntry.value.place, `${shown(name)} given`, `a name other than that of ${other.setting}`)
    else if (name !== undefined) names.set(name, place)
    const account = readAccount(own, shared, (what) => lacks(missing[what][0], missing[what][1]))
    const labels = readLabels(entries.get(accountLabels.key)?.value, taken, report)
    return name === undefined || account === undefined ? [] : [{ name, ...account, labels }]
  })
}

const missing = {
  username: ['username', 'the user name of the account'],
  password: ['password_file', 'the file with the password, or a token_file'],
  namespace: ['namespace', 'the user or organization whose services the token may read'],
} as const satisfies Missing

const accountsIn = (list: Value, report: Report): ReadonlyArray<GivenAccount> => {
  const items = list.kind === 'list' ? list.items() : []
  if (items.length === 0) {
    report(list.place, list.kind === 'list' ? 'empty' : kindGiven(list), 'a list of accounts, each with a name')
  }
  return items.flatMap((item) => {
    if (item.kind !== 'map') {
      report(item.place, kindGiven(item), 'a map of settings like name: shop')
      return []
    }
    const entries = knownEntriesOf(item, [...accountSettings.map(keyOf), accountLabels.key], report)
    return [{ place: item.place, entries, layer: layerOf(entries) }]
  })
}

const reportConflicts = (
  accounts: ReadonlyArray<GivenAccount>,
  outer: ReadonlyArray<Layer>,
  section: Layer,
  report: Report,
): void => {
  for (const setting of Object.values(table.identity)) {
    for (const { place } of [...outer, section].flatMap((layer) => layer(setting) ?? []))
      report(place, 'set together with accounts in the file', 'one of them')
  }
  const address = [table.place.endpoint, table.place.cloud]
  const [own] = accounts.flatMap(({ layer }) => address.flatMap((setting) => layer(setting) ?? []))
  if (own === undefined) return
  // All passwords would go to the one cloud.
  for (const { place } of address.flatMap((setting) => outer.flatMap((layer) => layer(setting) ?? [])))
    report(place, `set together with ${own.place.setting}`, 'one of them')
}

const readLabels = (labels: Value | undefined, taken: ReadonlySet<string>, report: Report): Account['labels'] => {
  const read = new Map<string, string>()
  for (const { key, place, value } of entriesOf(labels, 'labels', report)) {
    const at = { ...place, setting: labels?.place.setting ?? '' }
    if (read.has(key)) {
      report(at, `${shown(key)} given twice`)
      continue
    }
    if (taken.has(key)) report(at, `${shown(key)} given`, 'a label name that the metrics do not have')
    else readSingle({ kind: 'value', place: at, text: key, value: key }, accountLabels.name, report)
    const unnamed = { ...value, place: { ...value.place, setting: at.setting } }
    read.set(key, readSingle(unnamed, accountLabels.value, report) ?? '')
  }
  return Object.fromEntries(read)
}
