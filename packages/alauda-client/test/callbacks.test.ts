import test from 'ava'
import type { ListServicesOptions } from '../src/client-config.js'
import { createAlaudaPromiseClient } from '../src/promise.js'
import { demo, startApiServer, withLogin } from './helpers/api-server.js'
import { until } from './helpers/until.js'

const reason = new Error('the callback is wrong')
const misbehaviours: ReadonlyArray<readonly [string, () => unknown]> = [
  [
    'throws',
    () => {
      throw reason
    },
  ],
  ['rejects', async () => Promise.reject(reason)],
]

for (const callback of ['onPage', 'onUnreadable'] as const) {
  for (const [what, misbehave] of misbehaviours) {
    test.serial(`an ${callback} that ${what} is a warning of the process, and the call goes on`, async (t) => {
      const warnings: Error[] = []
      const onWarning = (warning: Error) => warnings.push(warning)
      process.on('warning', onWarning)
      t.teardown(() => process.off('warning', onWarning))
      const results = [{ service_name: 'web' }, { service_name: null }]
      const { endpoint } = await startApiServer(
        t,
        withLogin(() => ({ body: { count: 2, next: null, results } })),
      )
      const options: ListServicesOptions = { [callback]: misbehave }
      const services = await createAlaudaPromiseClient({ endpoint, credentials: demo }).listServices('demo', options)
      t.deepEqual(services, [{ service_name: 'web' }])
      await until(() => warnings.includes(reason))
    })
  }
}

test.serial(
  'an onUnreadable for instances that throws is a warning of the process, and the call goes on',
  async (t) => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    t.teardown(() => process.off('warning', onWarning))
    const { endpoint } = await startApiServer(
      t,
      withLogin(() => ({ body: [{ uuid: 'u', instance_name: 'web.0' }, { uuid: null }] })),
    )
    const onUnreadable = () => {
      throw reason
    }
    const client = createAlaudaPromiseClient({ endpoint, credentials: demo })
    t.deepEqual(await client.listInstances('demo', 'web', { onUnreadable }), [{ uuid: 'u', instance_name: 'web.0' }])
    await until(() => warnings.includes(reason))
  },
)
