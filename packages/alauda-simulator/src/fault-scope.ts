import type { FaultKind } from './fault.js'
import type { Endpoint } from './routes.js'

const aboutServices: ReadonlyArray<Endpoint> = [
  'listServices',
  'getService',
  'getServiceLogs',
  'listInstances',
  'getInstance',
  'getInstanceMetrics',
  'getInstanceLogs',
]

/** The calls that a kind of fault can befall, where it is not all of them. */
const scopes: Partial<Record<FaultKind, ReadonlyArray<Endpoint>>> = {
  'login-refused': ['login'],
  'no-points': ['getInstanceMetrics'],
  'null-values': ['getInstanceMetrics'],
  'replaced-values': ['getInstanceMetrics'],
  'wrong-count': ['listServices'],
  'repeated-page': ['listServices'],
  'late-points': ['getInstanceMetrics'],
  'instance-gone': ['getInstance', 'getInstanceMetrics', 'getInstanceLogs'],
  churn: ['listServices'],
  'duplicate-service': aboutServices,
  'duplicate-instance': aboutServices,
}

const needsToken: ReadonlyArray<FaultKind> = ['token-revoked', 'quota']

/** Whether a fault of that kind can befall a call of that endpoint at all. */
export const canBefall = (kind: FaultKind, endpoint: Endpoint): boolean =>
  !(endpoint === 'login' && needsToken.includes(kind)) && (scopes[kind]?.includes(endpoint) ?? true)
