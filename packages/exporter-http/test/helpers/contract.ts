import test from 'ava'
import type { Handler, Reply } from '../../../alauda-client/test/helpers/api-server.js'
import { type Answers, startCloud } from './cloud.js'
import { runCommand } from './command.js'
import { collectionOf, subjectsOf } from './page.js'

// The labels and samples of the instance `web.0`, uuid `u`, of the service `web`, which most cases have.
export const web = 'namespace="demo",service="web"'
export const web0 = `${web},instance_name="web.0"`
export const info = [`alauda_instance_info{${web0},uuid="u"} 1`, `alauda_service_info{${web}} 1`]
export const memoryAt = (time: number, bytes: number) => [
  `alauda_instance_memory_usage_bytes{${web0}} ${bytes}`,
  `alauda_instance_last_sample_timestamp_seconds{${web0}} ${time}`,
]

/**
 * Declares a test for each way in which a cloud may answer. Each is a namespace of one cloud, and all are collected by one
 * run of the command `once`.
 */
export const contractCases = () => {
  const cloud: Record<string, Reply | Handler> = {}
  const namespaces: string[] = []
  let page = ''

  test.serial('one run reads all of these, and complains of nothing', async (t) => {
    const { environment } = await startCloud(t, cloud)
    const args = namespaces.map((name) => `--alauda.namespace=${name}`)
    const { status, stdout, stderr } = await runCommand(t, ['once', ...args], environment)
    t.is(stderr, '')
    t.is(status, 0)
    page = stdout
  })

  const samplesOf = (namespace: string) =>
    page
      .split('\n')
      .filter((line) => line.includes(`namespace="${namespace}"`))
      .map((line) => line.replace(`namespace="${namespace}"`, 'namespace="demo"'))
      .join('\n')

  /** Of services and instances there are these samples and no others. Paths begin after the namespace. */
  return (title: string, answers: Answers, expected: ReadonlyArray<string>, outcome?: string): void => {
    const namespace = `case-${namespaces.length}`
    namespaces.push(namespace)
    for (const [path, answer] of Object.entries(answers)) cloud[`services/${namespace}/${path}`] = answer
    test(title, (t) => {
      t.deepEqual(subjectsOf(samplesOf(namespace)), expected)
      t.deepEqual(
        collectionOf(samplesOf(namespace)).filter((line) => !line.endsWith(' 0')),
        [
          'alauda_up{namespace="demo"} 1',
          ...(outcome === undefined ? [] : [`alauda_collection_instances{namespace="demo",outcome="${outcome}"} 1`]),
        ],
      )
    })
  }
}
