import test from 'ava'
import { graphUrl, probeUrl, withoutCredentials } from '../../src/status/links.js'

const row = (
  service: string,
  more: { account?: string; project?: string; uuid?: string } = {},
  isNamesake = false,
) => ({
  key: '',
  isNamesake,
  namespace: 'demo',
  ...(more.account === undefined ? {} : { account: more.account }),
  service: {
    service,
    listedTime: 0,
    instances: [],
    ...(more.project === undefined ? {} : { project: more.project }),
    ...(more.uuid === undefined ? {} : { uuid: more.uuid }),
  },
})

test('a probe of the service, with its account where it has a name', (t) => {
  t.is(probeUrl(row('kibana')), 'probe?namespace=demo&service=kibana')
  t.is(probeUrl(row('a&b=灵', { account: 'x y' })), 'probe?account=x+y&namespace=demo&service=a%26b%3D%E7%81%B5')
})

test('a probe by the uuid too, where a name is not enough and the uuid is known', (t) => {
  t.is(probeUrl(row('web', { uuid: 'a&b' }, true)), 'probe?namespace=demo&service=web&uuid=a%26b')
  t.is(probeUrl(row('web', { uuid: 'u' })), 'probe?namespace=demo&service=web')
  t.is(probeUrl(row('web', {}, true)), 'probe?namespace=demo&service=web')
})

test('the graph asks for what the service’s labels say, whatever is in them', (t) => {
  const url = new URL(graphUrl('http://prom:9090', row('a"b\\c\n{}', { account: 'x', project: 'p' })) ?? '')
  t.is(url.origin + url.pathname, 'http://prom:9090/graph')
  t.is(
    url.searchParams.get('g0.expr'),
    'alauda_instance_memory_usage_bytes{account="x",namespace="demo",project="p",service="a\\"b\\\\c\\n{}"}',
  )
})

test('below the path where Prometheus is', (t) => {
  t.true(graphUrl('https://host/prom/', row('web'))?.startsWith('https://host/prom/graph?g0.expr=alauda_'))
})

test('addresses that nothing would take are not made', (t) => {
  t.is(probeUrl(row('x'.repeat(1e6))), undefined)
  t.is(graphUrl('http://prom:9090', row('x'.repeat(1e6))), undefined)
})

test('how to log in to Prometheus is not told', (t) => {
  t.is(withoutCredentials('https://me:secret@host/prom?token=secret#secret'), 'https://host/prom')
})
