import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { defaultConfig } from '../../deploy/mixin/config.js'
import { dashboards } from '../../deploy/mixin/dashboards/index.js'
import { dashboardFile } from '../../deploy/mixin/dashboards/render.js'
import { eventually } from '../../testing/eventually.js'
import { root } from '../../testing/start-process.js'
import { dashboardFiles } from '../helpers/dashboard.js'
import { startDashboardWorld } from '../helpers/dashboard-world.js'
import { type Chosen, called, choices, replaced, shownBy } from '../helpers/grafana.js'
import { testWithPrometheus } from '../helpers/prometheus.js'

test('the files are what the mixin makes, the same each time', (t) => {
  const made = dashboards(defaultConfig).map((dashboard) => [`${dashboard.uid}.json`, dashboardFile(dashboard)])
  const committed = dashboardFiles.map(({ file }) => [
    file,
    readFileSync(join(root, 'deploy/grafana/dashboards', file), 'utf8'),
  ])
  t.deepEqual(Object.fromEntries(committed), Object.fromEntries(made))
})

/** Where links lead to: dashboards, runbooks, status pages. */
const destinations = [
  ...dashboardFiles.map(({ uid }) => `/d/${uid}`),
  `${defaultConfig.runbookBaseUrl}/\${__data.fields.Alert}.md`,
  `http://\${__data.fields.Exporter}/`,
]

for (const { uid, file, panels, queries, annotations, variables, datasources } of dashboardFiles) {
  test(`${file} can be read, and leaves nothing to Grafana’s choice`, (t) => {
    t.is(file, `${uid}.json`)
    t.deepEqual(
      panels.map(({ id }) => id),
      panels.map((_, index) => index + 1),
    )
    t.is(new Set(panels.map(({ title }) => title)).size, panels.length, 'panels have distinct titles')
    for (const { title, type, description, unit, refIds } of panels.filter(({ type }) => type !== 'row')) {
      t.regex(String(description), /^.{15,}\.$/, title)
      t.deepEqual(refIds, [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].slice(0, refIds.length), title)
      t.true(refIds.length > 0, title)
      t.true(type === 'table' || typeof unit === 'string', title)
    }
    for (const [index, one] of panels.entries()) {
      const { x, y, w, h } = one.position
      t.true(w > 0 && h > 0 && x + w <= 24, one.title)
      for (const { title, position } of panels.slice(index + 1)) {
        const isApart =
          position.x >= x + w || x >= position.x + position.w || position.y >= y + h || y >= position.y + position.h
        t.true(isApart, `${one.title} lies over ${title}`)
      }
    }
    const chosen = Object.fromEntries(variables.map(({ name }) => [name, ['one']]))
    for (const { expr } of [...queries, ...annotations]) t.notThrows(() => replaced(expr, variables, chosen))
    for (const { name, expr } of queries) t.notRegex(expr, /(?<!rate\()alauda_\w+_total/, `${name} of a counter`)
    // Of $__rate_interval, which is four times the shortest step: the cloud measures once a minute.
    for (const { name, minStep } of queries) t.is(4 * Number.parseInt(String(minStep), 10), 5 * 60, name)
    for (const { name, expr } of queries) t.notRegex(expr, /cpu_utilization/, `${name} of a mean over weeks`)
    for (const { name, refresh } of variables) t.is(refresh, 2, name)
    for (const one of datasources) t.deepEqual(one, { type: 'prometheus', uid: `\${datasource}` })
    for (const { title, links, columns } of panels) {
      for (const url of links) {
        t.true(destinations.includes(url.split('?')[0] ?? ''), url)
        for (const [, column] of url.matchAll(/__data\.fields\.(\w+)/g)) t.true(columns.includes(column), title)
      }
    }
  })
}

test('Grafana finds data source and dashboards where they are mounted', (t) => {
  const provisioning = (file: string) => parse(readFileSync(join(root, 'deploy/grafana/provisioning', file), 'utf8'))
  const { datasources } = provisioning('datasources/prometheus.yml')
  t.is(datasources.length, 1)
  t.like(datasources[0], { type: 'prometheus', isDefault: true })
  const { providers } = provisioning('dashboards/alauda.yml')
  t.is(providers.length, 1)
  t.is(providers[0].options.path, '/var/lib/grafana/dashboards')
})

/** What is empty as long as all is well; each of it has to show something when the cloud fails. */
const emptyWhenWell = [
  'alauda-overview / What is alerting / A',
  'alauda-exporter / Errors / A',
  'alauda-exporter / Share of errors / A',
  'alauda-exporter / Share of errors / B',
  'alauda-exporter / Retries / A',
]

const selections: ReadonlyArray<Chosen> = [
  { account: 'all', namespace: 'all', service: ['web', 'logstash'], instance: 'all', exporter: 'all' },
  {
    account: 'all',
    namespace: ['demo', 'shop'],
    service: ['kibana', 'web', 'logstash'],
    instance: 'all',
    exporter: 'all',
  },
  { account: 'all', namespace: ['demo'], service: ['web', 'logstash'], instance: ['web.0', 'web.1'], exporter: 'all' },
]

const north: Chosen = {
  account: ['north'],
  namespace: ['shop'],
  service: ['front'],
  instance: ['front.1'],
  exporter: 'all',
}

/** What the account of another cloud has nothing of: it does not scale by itself, and nothing was ever redeployed. */
const notInNorth = [
  /Autoscaled/,
  /Redeployed/,
  /^alauda-service \/ Number of instances \/ [CD]$/,
  /^alauda-service \/ What it is \/ G$/,
]

/** What is known without the exporter, or of a time before it ended. */
const outlasting = /\bup\{|ALERTS|:rate5m|\[30m\]/

/** Two services of one name, with instances of one name. */
const namesakes: Chosen = {
  account: 'all',
  namespace: ['demo', 'shop'],
  service: ['web'],
  instance: ['web.0'],
  exporter: 'all',
}

testWithPrometheus(
  'every query shows something of the simulated clouds, and nothing that was not chosen',
  async (t) => {
    const { demo, shop, prometheus, once, stopExporters } = await startDashboardWorld(t)
    const { url, query } = prometheus
    for (const [awaited, count] of [
      ['service:alauda_instance_cpu_usage_seconds:rate5m{service=~"kibana|front"}', 2],
      ['endpoint_le:alauda_api_request_duration_seconds_bucket:rate5m{endpoint="listServices", le="+Inf"} > 0', 2],
      ['rate(alauda_exporter_http_requests_total{handler="/metrics"}[4s])', 3],
      ['alauda_up{job="alauda-probes"} == 1', 7],
    ] as const) {
      await eventually(
        () => query(awaited),
        (series) => series.length === count,
      )
    }

    for (const { uid, queries, annotations, variables } of dashboardFiles) {
      for (const one of [...queries, ...annotations].filter(({ name }) => !emptyWhenWell.includes(name))) {
        for (const chosen of selections) {
          const shown = await shownBy(url, one, variables, chosen)
          t.true(shown.length > 0, `${one.name}: ${replaced(one.expr, variables, chosen)}`)
        }
        const shown = await shownBy(url, one, variables, north)
        t.is(shown.length > 0, !notInNorth.some((name) => name.test(one.name)), `${one.name} of north`)
        for (const { labels } of shown) {
          t.is(labels.namespace ?? 'shop', 'shop', one.name)
          if (uid === 'alauda-service') t.is(labels.service ?? 'front', 'front', one.name)
          t.is(labels.instance_name ?? 'front.1', 'front.1', one.name)
        }
      }
    }

    for (const { panels, queries, variables, uid } of dashboardFiles) {
      for (const { title } of panels.filter(({ type }) => type === 'timeseries')) {
        const lines = queries
          .filter(({ name }) => name.startsWith(`${uid} / ${title} / `))
          .map(async (one) => (await shownBy(url, one, variables, namesakes)).map(({ labels }) => called(one, labels)))
        const names = (await Promise.all(lines)).flat().sort()
        t.deepEqual(names, [...new Set(names)], `${title}: no two lines have one name`)
      }
    }

    const choicesOf = async (uid: string, name: string, chosen: Chosen) => {
      const { variables = [] } = dashboardFiles.find((one) => one.uid === uid) ?? {}
      const variable = variables.find((one) => one.name === name)
      return variable === undefined ? [] : [...(await choices(url, variable, variables, chosen))].sort()
    }
    const all: Chosen = { account: 'all', namespace: 'all', service: ['kibana', 'front'] }
    for (const { uid } of dashboardFiles) {
      t.deepEqual(await choicesOf(uid, 'account', all), ['north'])
      t.deepEqual(await choicesOf(uid, 'namespace', all), ['demo', 'shop'])
      t.deepEqual(await choicesOf(uid, 'namespace', north), ['shop'])
    }
    t.deepEqual(await choicesOf('alauda-service', 'service', north), ['front', 'stock', 'web'])
    t.is((await choicesOf('alauda-service', 'service', all)).length, 9)
    t.deepEqual(await choicesOf('alauda-service', 'instance', all), [
      'front.0',
      'front.1',
      'kibana.0',
      'kibana.1',
      'kibana.2',
    ])
    t.is((await choicesOf('alauda-exporter', 'exporter', all)).length, 3)

    const numberOf = async (name: string, chosen: Chosen) => {
      for (const { queries, variables } of dashboardFiles) {
        const one = queries.find((query) => query.name === name)
        if (one !== undefined) return (await shownBy(url, one, variables, chosen))[0]?.value
      }
      throw new Error(`there is no query ${name}`)
    }
    const services = [demo, shop].flatMap((cloud) => cloud.world.stateAt(cloud.now()).services)
    t.is(await numberOf('alauda-overview / Services / A', all), services.length)
    t.is(await numberOf('alauda-overview / Instances / A', all), services.flatMap(({ instances }) => instances).length)
    t.is(await numberOf('alauda-overview / Not running / A', all), 0, 'what is stopped on purpose does not count')
    t.is(await numberOf('alauda-overview / Missing instances / A', all), 0)
    t.is(await numberOf('alauda-service / Running / A', { ...all, instance: 'all' }), 5)
    const [memory] = await query(`sum(alauda_instance_memory_usage_bytes{${once}})`)
    const shares = [await numberOf('alauda-overview / Memory / A', all), memory?.value].map(Number)
    t.true(Math.max(...shares) < 1.2 * Math.min(...shares), `${shares}: what several report counts once`)

    demo.faults.set([{ kind: 'too-many-requests', endpoint: 'listServices', retryAfter: 1 }])
    for (const { queries, variables } of dashboardFiles) {
      for (const one of queries.filter(({ name }) => emptyWhenWell.includes(name))) {
        const shown = () => shownBy(url, one, variables, { account: 'all', namespace: ['demo'] })
        await t.notThrowsAsync(
          eventually(shown, ({ length }) => length > 0, 20),
          one.name,
        )
      }
    }

    await stopExporters()
    for (const { queries, variables } of dashboardFiles) {
      for (const one of queries.filter(({ type, expr }) => type === 'stat' && !outlasting.test(expr))) {
        const shown = () => shownBy(url, one, variables, { ...all, instance: 'all' })
        await t.notThrowsAsync(
          eventually(shown, ({ length }) => length === 0, 20),
          `${one.name} is shown of an exporter that is down`,
        )
      }
    }
    t.is(await numberOf('alauda-exporter / Scraped / A', all), 0)
  },
)
