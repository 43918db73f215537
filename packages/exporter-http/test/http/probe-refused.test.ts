import test, { type ExecutionContext } from 'ava'
import { type Answers, service, startCloud } from '../helpers/cloud.js'
import { type Given, startTestExporter } from '../helpers/exporter.js'

const web: Answers = { 'services/demo/web/': { body: { ...service('web'), instances: [] } } }

const start = async (t: ExecutionContext, answers: Answers, flags: Given['flags'] = {}) => {
  const cloud = await startCloud(t, answers)
  const given = { environment: cloud.environment, flags: { 'collect.interval': ['0'], ...flags } }
  return { ...(await startTestExporter(t, given)), cloud }
}

const answered = async (response: Response) => [response.status, await response.text()]

const probeOfWeb = '/probe?namespace=demo&service=web'

const noService = [404, 'There is no such service, or the settings leave it out.\n']

test('a service that the cloud does not have is not found', async (t) => {
  const { get } = await start(t, web)
  t.deepEqual(await answered(await get('/probe?namespace=demo&service=kibana')), noService)
})

test('nor is one for which the cloud gives another', async (t) => {
  const { get } = await start(t, { 'services/demo/WEB/': { body: service('web', 'u') } })
  t.deepEqual(await answered(await get('/probe?namespace=demo&service=WEB')), noService)
})

test('a service that the settings leave out is not found, without a call', async (t) => {
  const { get, cloud } = await start(t, web, { 'collect.exclude-services': ['web'] })
  t.deepEqual(await answered(await get(probeOfWeb)), noService)
  t.deepEqual(cloud.requests, [])
})

test('what is not asked as it should be is refused without a call', async (t) => {
  const { get, cloud } = await start(t, web)
  const incomplete = [400, 'Give one namespace and one service: /probe?namespace=NAME&service=NAME.\n']
  const repeated = [400, 'Give account and uuid once, or not at all.\n']
  const unnamed = [400, 'A service cannot be named by nothing, by . or by ..\n']
  for (const [query, expected] of [
    ['', incomplete],
    ['?namespace=demo', incomplete],
    ['?service=web', incomplete],
    ['?namespace=demo&service=web&service=api', incomplete],
    ['?namespace=demo&namespace=demo&service=web', incomplete],
    ['?namespace=demo&service=web&account=a&account=b', repeated],
    ['?namespace=demo&service=web&uuid=a&uuid=b', repeated],
    ['?namespace=demo&service=', unnamed],
    ['?namespace=demo&service=.', unnamed],
    ['?namespace=demo&service=%2E%2E', unnamed],
    ['?namespace=demo&service=web&uuid=..', unnamed],
    ['?namespace=nowhere&service=web', [404, 'The settings have no namespace of this name.\n']],
    ['?namespace=&service=web', [404, 'The settings have no namespace of this name.\n']],
    ['?namespace=demo&service=web&account=<b>', [404, 'The settings have no account of this name.\n']],
  ] as const) {
    t.deepEqual(await answered(await get(`/probe${query}`)), expected, query)
  }
  t.deepEqual(cloud.requests, [])
})
