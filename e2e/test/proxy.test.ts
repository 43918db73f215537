import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import { main } from '@alauda-exporter/exporter-http'
import test, { type ExecutionContext } from 'ava'
import { type Authority, createAuthority } from '../../packages/exporter-http/test/helpers/certificates.js'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { forwardProxies, testWithProxies } from '../helpers/forward-proxies.js'

// With real proxies, which are programs of their own.

const user = { name: 'exporter', password: 'pa55-of-the-proxy' }
const given = `${user.name}:${user.password}`

/** What `exporter-http once` writes. */
const collectOnce = async (environment: Readonly<Record<string, string>>, ...flags: ReadonlyArray<string>) => {
  let [page, errors] = ['', '']
  const account = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', ...environment }
  const status = await main(['once', '--alauda.max-retries=0', ...flags], account, {
    stdout: (text) => {
      page += text
    },
    stderr: (text) => {
      errors += text
    },
  })
  return { status, page, errors }
}

const fileWith = async (t: ExecutionContext, name: string, text: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-network-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, name)
  await writeFile(file, text)
  await chmod(file, 0o600)
  return file
}

const doesNotKnow = /the proxy .*does not know the user name and password for it/

interface Cloud {
  readonly http: string
  readonly https: string
  /** With the authority of its certificate, which signs those of its clients too. */
  readonly caFile: string
  readonly authority: Authority
}

/** The simulator, and a server before it with a certificate of a private authority. */
const startCloud = async (t: ExecutionContext, { requestCert = false } = {}): Promise<Cloud> => {
  const simulator = await startSimulator()
  t.teardown(() => simulator.close())
  const authority = await createAuthority('private')
  const ofClients = requestCert ? { requestCert, ca: authority.cert } : {}
  const front = createServer({ ...(await authority.issue('cloud')), ...ofClients }, (received, response) => {
    const { method, headers, url = '' } = received
    const target = new URL(url, simulator.url)
    const sent = request(target, { method: method ?? '', headers: { ...headers, host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    received.pipe(sent)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    front.closeAllConnections()
    front.close()
  })
  const address = front.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    http: simulator.url,
    https: `https://127.0.0.1:${port}/v1/`,
    caFile: await fileWith(t, 'ca.pem', authority.cert),
    authority,
  }
}

const isCollected = (t: ExecutionContext, { status, page, errors }: Awaited<ReturnType<typeof collectOnce>>) => {
  t.is(errors, '')
  t.is(status, 0)
  t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
  t.regex(page, /^alauda_instance_cpu_usage_seconds_total\{.*instance_name="kibana\.0"\} \d/m)
}

for (const [name, start] of Object.entries(forwardProxies)) {
  testWithProxies(`${name}: HTTP_PROXY and HTTPS_PROXY are used for http and https`, async (t) => {
    const cloud = await startCloud(t)
    const proxy = await start(t)
    isCollected(t, await collectOnce({ ALAUDA_ENDPOINT: cloud.http, http_proxy: `http://${proxy.address}` }))
    t.regex(proxy.log(), /(GET|POST) http:\/\/127/)
    t.notRegex(proxy.log(), /CONNECT 127/)
    const https = { ALAUDA_ENDPOINT: cloud.https, HTTPS_PROXY: proxy.address }
    isCollected(t, await collectOnce(https, `--alauda.ca-file=${cloud.caFile}`))
    // squid logs a tunnel when it ends.
    await eventually(
      async () => proxy.log(),
      (log) => /CONNECT 127/.test(log),
    )
  })

  testWithProxies(`${name}: a proxy with users takes them from its variable or from a file`, async (t) => {
    const cloud = await startCloud(t)
    const { address } = await start(t, user)
    const file = await fileWith(t, 'proxy', `${given}\n`)
    for (const [endpoint, ...more] of [[cloud.http], [cloud.https, `--alauda.ca-file=${cloud.caFile}`]]) {
      const environment = { ALAUDA_ENDPOINT: endpoint ?? '' }
      isCollected(t, await collectOnce({ ...environment, HTTP_PROXY: `http://${given}@${address}` }, ...more))
      const flags = [`--alauda.proxy-url=http://${address}`, ...more]
      isCollected(t, await collectOnce(environment, ...flags, `--alauda.proxy-credentials-file=${file}`))
      const refused = await collectOnce(environment, ...flags)
      t.is(refused.status, 1)
      t.regex(refused.errors, doesNotKnow)
      const wrong = await collectOnce({ ...environment, HTTP_PROXY: `http://exporter:wr0ng@${address}` }, ...more)
      t.regex(wrong.errors, name === 'tinyproxy' && endpoint === cloud.http ? /HTTP status 401/ : doesNotKnow)
      t.notRegex(refused.errors + wrong.errors, /pa55|wr0ng/)
    }
  })

  testWithProxies(`${name}: what the proxy does not reach is a failure that says so`, async (t) => {
    const { address } = await start(t)
    const nothing = `127.0.0.1:${await freePort()}`
    const environment = { HTTP_PROXY: `http://${given}@${address}`, ALAUDA_ENDPOINT: `https://${nothing}/v1/` }
    const { errors } = await collectOnce(environment)
    t.regex(errors, /no answer \(PROXY_STATUS_50\d\); the proxy 127\.0\.0\.1:\d+ of HTTP_PROXY refuses the connection/)
    t.notRegex(errors, /pa55/)
    const http = await collectOnce({ ...environment, ALAUDA_ENDPOINT: `http://${nothing}/v1/` })
    t.regex(http.errors, /HTTP status 50\d/)
  })
}

test('a failed connection names a proxy that is set but not used, and one that does not answer', async (t) => {
  const nothing = `127.0.0.1:${await freePort()}`
  const proxy = `http://${given}@${nothing}`
  const errorsWith = async (endpoint: string, environment: Readonly<Record<string, string>>) =>
    (await collectOnce({ ALAUDA_ENDPOINT: endpoint, ...environment })).errors
  const [http, https] = [`http://${nothing}/v1/`, `https://${nothing}/v1/`]
  const all = [
    await errorsWith(http, { HTTPS_PROXY: proxy }),
    await errorsWith(https, { HTTP_PROXY: proxy, NO_PROXY: 'example.com, 127.0.0.1' }),
    await errorsWith(https, { HTTP_PROXY: proxy }),
    await errorsWith(https, {}),
  ]
  t.regex(
    all[0] ?? '',
    /\(ECONNREFUSED\); check the endpoint and the network; HTTPS_PROXY is set, but not used: the endpoint is http$/m,
  )
  t.regex(all[1] ?? '', /network; HTTP_PROXY is set, but not used: NO_PROXY excludes 127\.0\.0\.1$/m)
  t.regex(all[2] ?? '', /\(ECONNREFUSED\); check the proxy 127\.0\.0\.1:\d+ of HTTP_PROXY$/m)
  t.regex(all[3] ?? '', /\(ECONNREFUSED\); check the endpoint and the network$/m)
  t.notRegex(all.join(''), /pa55/)
})

test('a private authority takes its file, and clients that must have a certificate take theirs', async (t) => {
  const cloud = await startCloud(t, { requestCert: true })
  const { cert, key } = await cloud.authority.issue('exporter')
  const environment = { ALAUDA_ENDPOINT: cloud.https }
  const flags = [`--alauda.ca-file=${cloud.caFile}`, `--alauda.client-cert-file=${await fileWith(t, 'cert.pem', cert)}`]
  const keyFile = `--alauda.client-key-file=${await fileWith(t, 'key.pem', key)}`
  isCollected(t, await collectOnce(environment, ...flags, keyFile))
  const both = `--alauda.client-cert-file=${await fileWith(t, 'both.pem', cert + key)}`
  isCollected(t, await collectOnce(environment, `--alauda.ca-file=${cloud.caFile}`, both))
  const without = await collectOnce(environment, `--alauda.ca-file=${cloud.caFile}`)
  t.is(without.status, 1)
  const unknown = await collectOnce(environment)
  t.regex(unknown.errors, /its certificate is of an unknown authority; --alauda\.ca-file names a private one/)
  const broken = await collectOnce(environment, `--alauda.ca-file=${await fileWith(t, 'ca.pem', 'no PEM')}`)
  t.regex(broken.errors, /ca\.pem: cannot be used \(holds no certificate in PEM\)/)
})
