import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { type Account, checkEndpoint, checkIdentity } from './account.js'
import type { FileAccount, GivenLabel } from './file.js'
import { accountLabels, accountName, keyOf, takenLabels } from './file-keys.js'
import { parseScalar, type Scalar } from './format.js'
import { all, type Checked, type Problem, problem, problemsOf, quoted, refuse, validation } from './problem.js'
import { createReader, type Layer, outerLayers, type Sources } from './sources.js'
import { table } from './table.js'
import { join } from './yaml.js'

/**
 * The accounts of a file, each by itself and all side by side. Flags and variables set how they are called, but neither whose they
 * are nor the address of an account that has its own.
 */
export const checkFileAccounts = (
  sources: Sources,
  section: Layer,
  accounts: ReadonlyArray<FileAccount>,
  serviceLabels: ReadonlyArray<string>,
): Checked<ReadonlyArray<Account>> => {
  const taken = takenLabels(serviceLabels)
  const each = accounts.map((given) => checkAccount(sources, section, given, taken))
  const layers = [...outerLayers(sources), section]
  const problems = [
    ...Object.values(table.identity).flatMap((setting) =>
      layers
        .flatMap((layer) => layer(setting) ?? [])
        .map(({ keyPlace }) => problem(keyPlace, 'set together with accounts in the file', 'one of them')),
    ),
    ...elsewhere(sources, accounts),
    // The section must be right even if every account has its own address.
    ...problemsOf(checkEndpoint(createReader(sources, layers))),
    ...each.flatMap(problemsOf),
    ...sameNames(accounts),
  ]
  return problems.length > 0 ? E.left(problems) : E.right(RA.rights(each))
}

// All passwords would go to the one cloud.
const elsewhere = (sources: Sources, accounts: ReadonlyArray<FileAccount>): ReadonlyArray<Problem> => {
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
  { place, layer, labels }: FileAccount,
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

const checkLabels = (labels: ReadonlyArray<GivenLabel>, taken: ReadonlySet<string>): Checked<Account['labels']> =>
  pipe(
    labels,
    RA.traverse(validation)(({ keyPlace, name, place, scalar }) =>
      all({
        name: taken.has(name)
          ? refuse(keyPlace, `${quoted(name)} given`, 'a label name that the metrics do not have')
          : parseScalar(keyPlace, { text: name, value: name }, accountLabels.name),
        value: E.chain((given: Scalar) => parseScalar(place, given, accountLabels.value))(scalar),
      }),
    ),
    E.map((entries) => Object.fromEntries(entries.map(({ name, value }) => [name, value]))),
  )

const sameNames = (accounts: ReadonlyArray<FileAccount>): ReadonlyArray<Problem> => {
  const names = accounts.flatMap(({ place: account, layer }) =>
    (layer(accountName)?.values ?? []).flatMap(({ place, scalar }) =>
      E.isRight(scalar) && scalar.right.text !== '' ? [{ account, place, name: scalar.right.text }] : [],
    ),
  )
  return names.flatMap(({ place, name }, index) => {
    const first = names.slice(0, index).find((other) => other.name === name)
    if (first === undefined) return []
    return [problem(place, `${quoted(name)} given`, `a name other than that of ${first.account.setting}`)]
  })
}
