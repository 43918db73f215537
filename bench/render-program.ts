import { writeFileSync } from 'node:fs'
import { createCollector, type Point, registerAlaudaMetrics, type ServiceReading } from '@alauda-exporter/collector'
import { Registry } from 'prom-client'
import { exporterPage } from './suite/exporter-page.js'
import { instancesPerService } from './suite/fixed-answers.js'
import { flagOf } from './suite/measured.js'
import { reportPages } from './suite/rendering.js'

/**
 * This project's page of `--instances`: `--through=page` is its own one, `--through=registry` that of a host's prom-client. With
 * `--write` it is written to a file, for the peers.
 */
const services = Math.ceil(Number(flagOf('instances')) / instancesPerService)

const pointAt = (time: number): Point => ({
  time: Math.floor(Date.now() / 1000),
  cpuUsageSeconds: 310527.696123456 + time,
  cpuUtilizationRatio: 0.125342013888,
  memoryUsageBytes: 1160727040 + time,
  memoryUtilizationRatio: 0.432421875,
  memoryLimitBytes: 2684354560,
  networkReceiveBytes: 1801234567890 + time,
  networkReceiveErrors: 0,
  networkTransmitBytes: 987654321010 + time,
  networkTransmitErrors: 0,
})

const readingOf = (number: number, time: number): ServiceReading => {
  const name = `service-${String(number).padStart(8, '0')}`
  return {
    service: {
      name,
      uuid: `uuid-of-${name}`,
      region: 'BEIJING1',
      status: 'Running',
      targetInstances: instancesPerService,
    },
    listedTime: Date.now() / 1000,
    instances: Array.from({ length: instancesPerService }, (_, index) => ({
      instance: { name: `${name}.${index}`, uuid: `uuid-of-${name}-${index}`, startTime: 1767225600 },
      outcome: 'ok',
      point: pointAt(time),
    })),
    duplicates: 0,
  }
}

// Made once: the garbage of the generator would be collected while pages are measured.
const [even, odd] = [0, 1].map((time) => Array.from({ length: services }, (_, number) => readingOf(number, time)))
let readings: ReadonlyArray<ServiceReading> = []
const seen = () => ({ readTime: Date.now() / 1000, services: readings })
const collector = createCollector({
  client: { collect: () => ({ soFar: seen, done: Promise.resolve(seen()) }) },
  namespaces: ['demo'],
  intervalMs: 86_400_000,
})

const registryPage = () => {
  const registry = new Registry()
  registerAlaudaMetrics({ registry, collectors: [collector] })
  return () => registry.metrics()
}

const { render, page } = exporterPage(collector)
await reportPages({
  prepare: (time) => {
    readings = (time % 2 === 0 ? even : odd) ?? []
  },
  keep: () => collector.collect(),
  render: flagOf('through') === 'registry' ? registryPage() : render,
})
const file = flagOf('write', '')
if (file !== '') writeFileSync(file, await page())
