import type { Cloud } from './cloud.js'

type Values = Readonly<Record<string, unknown>>

/** An account of a cloud as a settings file has it: its own user name and password, and a label. */
export const accountIn = (name: string, { endpoint }: Pick<Cloud, 'endpoint'>, more: Values = {}) => ({
  name,
  endpoint,
  username: `${name}-user`,
  password: `${name}-password`,
  namespace: 'demo',
  labels: { team: `team-${name}` },
  ...more,
})

/** The labels that stand on all series of such an account. */
export const labelsOf = (name: string): string => `account="${name}",team="team-${name}"`
