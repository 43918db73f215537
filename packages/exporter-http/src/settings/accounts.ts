import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { type Account, all, checkEndpoint, checkIdentity } from './account.js'
import type { FileAccount, Given, GivenLabel, Layer } from './file.js'
import { accountLabels, accountName, keyOf, takenLabels } from './file-keys.js'
import { type Checked, type Fault, validation } from './setting.js'
import { checkGiven, createReader, fromFlag, fromVariable, type Sources } from './sources.js'
import { table } from './table.js'

/**
 * The accounts of a file, each by itself and all side by side. Flags and variables say how they are called, but not whose they
 * are, nor where any account is that says so itself.
 */
export const checkFileAccounts = (
  sources: Sources,
  settings: Layer,
  accounts: ReadonlyArray<FileAccount>,
  serviceLabels: ReadonlyArray<string>,
): Checked<ReadonlyArray<Account>> => {
  const taken = takenLabels(serviceLabels)
  const each = accounts.map((given) => checkAccount(sources, settings, given, taken))
  const faults = [
    ...Object.values(table.identity).flatMap((setting) =>
      [fromFlag(sources, setting), fromVariable(sources, setting), settings.get(setting.flag)].flatMap((found) =>
        found === undefined ? [] : [`${found.keyOrigin}: is set, and the file has accounts; give one or the other`],
      ),
    ),
    ...elsewhere(sources, accounts),
    // Also what every account says otherwise has to be right.
    ...faultsIn(checkEndpoint(createReader(sources, [settings]))),
    ...each.flatMap(faultsIn),
    ...sameNames(accounts),
  ]
  return faults.length > 0 ? E.left(faults) : E.right(RA.rights(each))
}

// All passwords would go to the one cloud.
const elsewhere = (sources: Sources, accounts: ReadonlyArray<FileAccount>): ReadonlyArray<Fault> => {
  const settings = [table.place.endpoint, table.place.cloud]
  const [own] = accounts.flatMap(({ path, layer }) =>
    settings.filter(({ flag }) => layer.has(flag)).map((setting) => `${path} has its own ${keyOf(setting)}`),
  )
  if (own === undefined) return []
  return settings
    .flatMap((setting) => [fromFlag(sources, setting), fromVariable(sources, setting)])
    .flatMap((found) => (found === undefined ? [] : [`${found.keyOrigin}: is set, and ${own}; give one or the other`]))
}

const faultsIn = (checked: Checked<unknown>): ReadonlyArray<Fault> => (E.isLeft(checked) ? checked.left : [])

const checkAccount = (
  sources: Sources,
  section: Layer,
  { layer, labels, originOf }: FileAccount,
  taken: ReadonlySet<string>,
): Checked<Account> => {
  const own = createReader({ ...sources, flags: new Map(), environment: {} }, [layer])
  const shared = createReader(sources, [layer, section])
  const lacks = (key: string, advice: string): Fault => `${originOf(key)}: is not set; ${advice}`
  return pipe(
    all({
      name: pipe(
        own.value(accountName),
        E.chain(E.fromNullable<ReadonlyArray<Fault>>([lacks('name', 'give each account a name of its own')])),
      ),
      endpoint: checkEndpoint(shared),
      identity: checkIdentity(own, {
        username: lacks('username', 'give the user name of the account'),
        password: lacks('password_file', 'give the file that holds the password, or a token_file'),
        namespace: lacks('namespace', 'a token does not tell whose services to watch'),
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
    RA.traverse(validation)(({ origin, name, value }) =>
      pipe(
        all({ name: checkLabelName(origin, name, taken), value: checkLabelValue(value) }),
        E.map((label) => [label.name, label.value] as const),
      ),
    ),
    E.map((entries) => Object.fromEntries(entries)),
  )

const checkLabelValue = ({ origin, text }: Given): Checked<string> =>
  pipe(
    text,
    E.chain(accountLabels.value.parse),
    E.mapLeft((right): ReadonlyArray<Fault> => [`${origin}: the value of a label ${right}`]),
  )

const checkLabelName = (origin: string, name: string, taken: ReadonlySet<string>): Checked<string> =>
  pipe(
    checkGiven({ origin, text: E.right(name) }, accountLabels.name),
    E.filterOrElse(
      (right) => !taken.has(right),
      (): ReadonlyArray<Fault> => [`${origin}: the metrics have a label of this name already; choose another`],
    ),
  )

const sameNames = (accounts: ReadonlyArray<FileAccount>): ReadonlyArray<Fault> => {
  const names = accounts.flatMap(({ path, layer }) =>
    (layer.get(accountName.flag)?.values ?? []).flatMap(({ origin, text }) =>
      E.isRight(text) && text.right !== '' ? [{ path, origin, name: text.right }] : [],
    ),
  )
  return names.flatMap(({ origin, name }, index) => {
    const first = names.slice(0, index).find((other) => other.name === name)
    return first === undefined ? [] : [`${origin}: ${first.path} has this name already; give each account its own`]
  })
}
