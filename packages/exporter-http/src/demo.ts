import { startSimulator } from '@alauda-exporter/alauda-simulator'
import type { Account } from './settings/settings.js'

/** An embedded cloud with an account of its own, for people who want to see before they sign in. */
export const startDemo = async (): Promise<{
  readonly account: Omit<Account, 'client'>
  readonly stop: () => Promise<void>
}> => {
  const cloud = await startSimulator()
  return {
    account: {
      endpoint: cloud.url,
      credentials: { username: 'demo', password: 'demo' },
      namespaces: ['demo'],
      labels: {},
    },
    stop: () => cloud.close(),
  }
}
