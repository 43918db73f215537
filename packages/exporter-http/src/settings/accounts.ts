import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { parseScalar, type Scalar } from '../toolkit/config/format.js'
import {
  all,
  type Checked,
  given,
  type Place,
  type Problem,
  problem,
  problemsOf,
  quoted,
  refuse,
} from '../toolkit/config/problem.js'
import { entriesOf, join, kindGiven, knownEntriesOf, scalarOf, type YamlValue } from '../toolkit/config/yaml.js'
import { type Account, checkEndpoint, checkIdentity } from './account.js'
import { layerOf } from './file.js'
import { accountLabels, accountName, accountSettings, keyOf, takenLabels } from './file-keys.js'
import { createReader, type Layer, outerLayers, type Sources } from './sources.js'
import { table } from './table.js'

/**
 * The accounts of a file, each by itself and all side by side. Flags and variables set how they are called, but neither whose they
 * are nor the address of an account that has its own.
 */
export const checkFileAccounts = (
  sources: Sources,
  section: Layer,
  list: YamlValue,
  serviceLabels: ReadonlyArray<string>,
): Checked<ReadonlyArray<Account>> => {
  const taken = takenLabels(serviceLabels)
  const ofKeys: Problem[] = []
  const accounts = accountsIn(list, ofKeys)
  const each = accounts.map((account) => checkAccount(sources, section, account, taken))
  const layers = [...outerLayers(sources), section]
  const problems = [
    ...ofKeys,
    ...Object.values(table.identity).flatMap((setting) =>
      layers
        .flatMap((layer) => layer(setting) ?? [])
        .map(({ keyPlace }) => problem(keyPlace, 'set together with accounts in the file', 'one of them')),
    ),
    ...elsewhere(sources, accounts),
    // The section must be right even if every account has its own address.
    ...problemsOf(checkEndpoint(createReader(sources, layers))),
    ...each.flatMap(problemsOf),
  ]
  return problems.length > 0 ? E.left(problems) : E.right(RA.rights(each))
}

/** An account as it is given. */
interface GivenAccount {
  /** Its setting is `accounts[1]`. */
  readonly place: Place
  readonly layer: Layer
  readonly labels: YamlValue | undefined
}

const accountsIn = (accounts: YamlValue, problems: Problem[]): ReadonlyArray<GivenAccount> => {
  const items = accounts.kind === 'list' ? accounts.items() : []
  if (items.length === 0) {
    const what = accounts.kind === 'list' ? 'empty' : kindGiven(accounts)
    problems.push(problem(accounts.place, what, 'a list of accounts, each with a name'))
  }
  const names = new Map<string, Place>()
  return items.flatMap((account) => {
    const { place, kind } = account
    if (kind !== 'map') {
      problems.push(problem(place, kindGiven(account), 'a map of settings like name: shop'))
      return []
    }
    const entries = knownEntriesOf(account, [...accountSettings.map(keyOf), accountLabels.key], problems)
    const labels = entries.get(accountLabels.key)?.valueAs(join(place.setting, accountLabels.key))
    const layer = layerOf(entries)
    const [name] = layer(accountName)?.values ?? []
    if (name !== undefined && E.isRight(name.scalar)) {
      const { text } = name.scalar.right
      const other = names.get(text)
      if (other !== undefined)
        problems.push(problem(name.place, given(text), `a name other than that of ${other.setting}`))
      else if (text !== '') names.set(text, place)
    }
    return [{ place, layer, labels }]
  })
}

// All passwords would go to the one cloud.
const elsewhere = (sources: Sources, accounts: ReadonlyArray<GivenAccount>): ReadonlyArray<Problem> => {
  const settings = [table.place.endpoint, table.place.cloud]
  const [own] = accounts.flatMap(({ place, layer }) =>
    settings.filter((setting) => layer(setting) !== undefined).map((setting) => join(place.setting, keyOf(setting))),
  )
  return settings
    .flatMap((setting) => outerLayers(sources).flatMap((layer) => layer(setting) ?? []))
    .flatMap(({ keyPlace }) =>
      own === undefined ? [] : [problem(keyPlace, `set together with ${own}`, 'one of them')],
    )
}

const checkAccount = (
  sources: Sources,
  section: Layer,
  { place, layer, labels }: GivenAccount,
  taken: ReadonlySet<string>,
): Checked<Account> => {
  const own = createReader(sources, [layer])
  const shared = createReader(sources, [...outerLayers(sources), layer, section])
  const lacks = (key: string, expected: string): Problem =>
    problem({ ...place, setting: join(place.setting, key) }, 'not set', expected)
  return pipe(
    all({
      name: pipe(
        own.value(accountName),
        E.chain(E.fromNullable<ReadonlyArray<Problem>>([lacks('name', 'a name for each account')])),
      ),
      endpoint: checkEndpoint(shared),
      identity: checkIdentity(own, {
        username: lacks('username', 'the user name of the account'),
        password: lacks('password_file', 'the file with the password, or a token_file'),
        namespace: lacks('namespace', 'the user or organization whose services the token may read'),
      }),
      labels: checkLabels(labels, taken),
      client: shared.values(table.client),
    }),
    E.map(({ identity, ...account }) => ({ ...account, ...identity })),
  )
}

const checkLabels = (labels: YamlValue | undefined, taken: ReadonlySet<string>): Checked<Account['labels']> => {
  const problems: Problem[] = []
  const read = new Map<string, string>()
  for (const { key, place, valueAs } of entriesOf(labels, 'labels', problems)) {
    if (read.has(key)) {
      problems.push(problem(place, `${quoted(key)} given twice`))
      continue
    }
    const value = valueAs(place.setting)
    const checked = all({
      name: taken.has(key)
        ? refuse(place, `${quoted(key)} given`, 'a label name that the metrics do not have')
        : parseScalar(place, { text: key, value: key }, accountLabels.name),
      value: E.chain((scalar: Scalar) => parseScalar(value.place, scalar, accountLabels.value))(scalarOf(value)),
    })
    problems.push(...problemsOf(checked))
    read.set(key, E.isRight(checked) ? checked.right.value : '')
  }
  return problems.length > 0 ? E.left(problems) : E.right(Object.fromEntries(read))
}
