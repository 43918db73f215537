import type { ExecutionContext } from 'ava'
import { secrets } from './cloud.js'
import type { Exit } from './command.js'
import { settingsFileOnDisk } from './disk.js'

const times = /(?<=about |took |That is )[\d.]+(?= (?:s|ms|%))/

/** What `plan` wrote, with an N for what no test can know: how long calls take. */
export const planned = ({ stdout, ...rest }: Exit, unknowable = times): Exit => ({
  ...rest,
  stdout: stdout.replace(new RegExp(unknowable, 'g'), 'N'),
})

/** A file with these accounts, each of which watches `demo` with the usual password. */
export const accountsFile = (
  t: ExecutionContext,
  accounts: ReadonlyArray<Readonly<Record<string, unknown>> & { readonly name: string }>,
): Promise<string> =>
  settingsFileOnDisk(t, {
    accounts: accounts.map((account) => ({
      username: 'demo',
      password: secrets.password,
      labels: { of: account.name },
      ...account,
    })),
  })
