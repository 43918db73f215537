import type { FaultKind } from './fault.js'
import type { Endpoint } from './routes.js'

const ABOUT_SERVICES: readonly Endpoint[] = [
  'listServices',
  'getService',
  'getServiceLogs',
  'listInstances',
  'getInstance',
  'getInstanceMetrics',
  'getInstanceLogs',
]

/** The calls that a kind of fault can befall, where it is not all of them. */
const SCOPES: Partial<Record<FaultKind, readonly Endpoint[]>> = {
  'login-refused': ['login'],
  'no-points': ['getInstanceMetrics'],
  'null-values': ['getInstanceMetrics'],
  'replaced-values': ['getInstanceMetrics'],
  'wrong-count': ['listServices'],
  'repeated-page': ['listServices'],
  'late-points': ['getInstanceMetrics'],
  'instance-gone': ['getInstance', 'getInstanceMetrics', 'getInstanceLogs'],
  churn: ['listServices'],
  'duplicate-service': ABOUT_SERVICES,
  'duplicate-instance': ABOUT_SERVICES,
}

const NEEDS_TOKEN: readonly FaultKind[] = ['token-revoked', 'quota']

/** Whether a fault of that kind can befall a call of that endpoint at all. */
export const canBefall = (kind: FaultKind, endpoint: Endpoint): boolean =>
  !(endpoint === 'login' && NEEDS_TOKEN.includes(kind)) && (SCOPES[kind]?.includes(endpoint) ?? true)
