import { Gauge, Registry } from 'prom-client'
import { flagOf } from '../suite/measured.js'
import { gaugesOfPage } from '../suite/page-series.js'
import { reportPages } from '../suite/rendering.js'

/** prom-client as it comes: a gauge for each metric of a page, and the same series. */
const registry = new Registry()
const createGauge = (name: string, help: string, labelNames: string[]) =>
  new Gauge({ name, help, labelNames, registers: [registry] })

await reportPages(await gaugesOfPage(flagOf('page'), { registry, createGauge }))
