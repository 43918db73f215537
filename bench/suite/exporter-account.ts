import * as E from 'fp-ts/lib/Either.js'
import { parseCommandLine } from '../../packages/exporter-http/src/settings/command-line.js'
import { readSettings } from '../../packages/exporter-http/src/settings/settings.js'
import { type Watched, watchAccount } from '../../packages/exporter-http/src/watch.js'
import { flagOf } from './measured.js'

/** The client and the collector of this process' flags `--url`, `--namespace` and `--concurrency`, as the exporter makes them. */
export const exporterAccount = (namespace = flagOf('namespace')): Watched => {
  const { flags } = parseCommandLine([
    `--alauda.endpoint=${flagOf('url')}`,
    `--alauda.namespace=${namespace}`,
    `--alauda.max-concurrency=${flagOf('concurrency')}`,
    '--collect.max-instances=1000000',
    '--collect.interval=1h',
  ])
  const environment = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  const settings = readSettings({ flags, environment, readFile: () => E.left('no files') })
  if (E.isLeft(settings)) throw new Error(JSON.stringify(settings.left))
  const [account] = settings.right.accounts
  if (account === undefined) throw new Error('the settings have no account')
  return watchAccount(settings.right, account)
}
