import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { flagOf } from '../suite/measured.js'
import { gaugesOfPage } from '../suite/page-series.js'

/** prom-client behind `node:http`, with the series of a page and those of the process, compressed. */
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const createGauge = (name: string, help: string, labelNames: string[]) =>
  new Gauge({ name, help, labelNames, registers: [registry] })
const { keep } = await gaugesOfPage(flagOf('page'), { registry, createGauge })
await keep(0)
const compress = promisify(gzip)

const server = createServer(async (_request, response) => {
  const page = await compress(await registry.metrics())
  response.writeHead(200, { 'content-type': registry.contentType, 'content-encoding': 'gzip' }).end(page)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`Open http://127.0.0.1:${address.port}/`)
})
