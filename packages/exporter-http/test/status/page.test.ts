import type { ServiceReading } from '@alauda-exporter/collector'
import test from 'ava'
import { withoutCredentials } from '../../src/routes/status.js'
import { english } from '../../src/status/english.js'
import { createHistory } from '../../src/status/history.js'
import { html } from '../../src/status/html.js'
import { translations } from '../../src/status/look.js'
import type { Status } from '../../src/status/model.js'
import { plotOf } from '../../src/status/plot.js'
import { graphUrl, probeUrl } from '../../src/status/rows.js'
import { ago, bytes, clipped, cores, duration, iso, percent, rate } from '../../src/status/units.js'
import { finished } from '../helpers/steps.js'
import { pageOf, parsed } from './page-parts.js'
import { ok, reading, snapshot, timeout, told, toldAfter } from './snapshots.js'

/** The page's data of these services, which were collected once. */
const shownOf = (...services: ReadonlyArray<ServiceReading>): Status => {
  const history = createHistory()
  finished(history.add({}, snapshot(services)))
  return told([{ namespaces: ['demo'], snapshots: [snapshot(services)] }], history, true)
}

const web = reading(
  {
    name: 'web',
    status: 'Running',
    region: 'BEIJING1',
    image: 'index/web',
    targetInstances: 2,
    startedInstances: 1,
    cpuLimitCores: 2,
  },
  [ok('a', { time: 990, cpuUsageSeconds: 130, memoryUsageBytes: 2048, memoryUtilizationRatio: 0.95 }, 'web.0')],
)

/** The same a minute before. */
const earlier = { ...web, instances: [ok('a', { time: 930, cpuUsageSeconds: 100 }, 'web.0')] }

test('a service: its row', (t) => {
  t.is(
    pageOf(toldAfter([earlier], web), '', { prometheusUrl: 'http://prom:9090' }).match(
      /<tbody data-key[\s\S]*?<\/tbody>/,
    )?.[0],
    `<tbody data-key="demo/web">
<tr><th scope="row"><a class="toggle" href="./?open=demo%2Fweb" data-toggle="demo/web" aria-expanded="false">web</a></th>
<td class="status"><span class="badge good"><span aria-hidden="true">●</span> Running</span></td>
<td class="region">BEIJING1</td>
<td class="instances number"><span class="short">1 / 2</span></td>
<td class="cpu"><div class="usage"><span class="value">0.5 <small>25.0 %</small></span><svg class="bar" role="meter" aria-label="CPU of web" aria-valuemin="0" aria-valuemax="100" aria-valuenow="25.0" aria-valuetext="25.0 %" viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="25.0" height="6"/></svg><span class="spark"></span></div></td>
<td class="memory"><div class="usage"><span class="value">2 KiB</span><svg class="bar high" role="meter" aria-label="Memory of web" aria-valuemin="0" aria-valuemax="100" aria-valuenow="95.0" aria-valuetext="95.0 %" viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="95.0" height="6"/></svg><span class="spark"></span></div></td>
<td class="network number"><span class="flow"><span role="img" aria-label="Received">↓</span> –</span> <span class="flow"><span role="img" aria-label="Sent">↑</span> –</span></td>
<td class="links"><a href="probe?namespace=demo&amp;service=web" aria-label="Probe web: its metrics, read now">Probe</a> <a href="http://prom:9090/graph?g0.expr=alauda_instance_memory_usage_bytes%7Bnamespace%3D%22demo%22%2Cservice%3D%22web%22%7D&amp;g0.tab=0&amp;g0.range_input=1h" aria-label="Graph of web in Prometheus">Graph</a></td></tr>
</tbody>`,
  )
})

test('what is not known is a dash, never 0', (t) => {
  const { text } = parsed(pageOf(shownOf(reading({ name: 'web' })), 'open=demo%2Fweb'))
  const row = text.slice(text.indexOf('\nweb\n'), text.indexOf('Version'))
  t.regex(row, /^\nweb\n–\n–\n– \/ –\n–\n–\n↓ – ↑ –\nProbe/)
  t.notRegex(row.replace('10 s ago', ''), /0/)
  t.true(row.includes('No instances are known.'))
})

test('before the first collection', (t) => {
  const { text } = parsed(pageOf(told([{ namespaces: ['demo'], snapshots: [] }])))
  t.regex(text, /0 \/ 1 namespaces up– services– instances running– instances failed/)
  t.regex(text, /demo◐ Not collected yet–––0––/)
  t.regex(text, /No services are known\./)
})

test('an open service: its instances, how old their values are, what failed and why', (t) => {
  const failed = { ...ok('b', { time: 950 }, 'web.1'), outcome: 'failed' as const, failure: timeout }
  const status = toldAfter([earlier], { ...web, instances: [...web.instances, failed] })
  const { text, tags } = parsed(pageOf(status, 'open=demo%2Fweb'))
  t.regex(text, /Imageindex\/webRegionBEIJING1Listed10 s ago/)
  t.regex(text, /web\.0● Read16 min ago0\.5 25\.0 %2 KiB––20 s ago/)
  t.regex(text, /web\.1▲ Failed16 min ago––––1 min ago\nGET \/v1\/services\/demo\/: not in time\n/)
  t.is(tags.find(({ attributes }) => attributes['data-toggle'])?.attributes['aria-expanded'], 'true')
})

test('a cloud whose services could never be listed, or not for too long: that there are none is not claimed', (t) => {
  const down = snapshot([], { failure: timeout })
  const { text } = parsed(pageOf(told([{ namespaces: ['demo'], snapshots: [down] }])))
  t.regex(text, /0 \/ 1 namespaces up– services– instances running– instances failed/)
  t.regex(text, /demo▲ Down10 s ago500 ms0\.8 %0––/)
})

test('a cloud without services', (t) => {
  const { text } = parsed(pageOf(shownOf()))
  t.regex(text, /1 \/ 1 namespaces up0 services0 instances running0 instances failed/)
})

test('namesakes are probed by their uuids, all others by their names', (t) => {
  const named = (name: string, project: string, uuid: string) => reading({ name, project, uuid })
  const { tags } = parsed(pageOf(shownOf(named('web', 'a', '1'), named('web', 'b', '2'), named('api', 'a', '3'))))
  t.deepEqual(
    tags.flatMap(({ attributes: { href = '' } }) => (href.startsWith('probe') ? href : [])),
    [
      'probe?namespace=demo&service=api',
      'probe?namespace=demo&service=web&uuid=1',
      'probe?namespace=demo&service=web&uuid=2',
    ],
  )
})

test('how collections go: an outage, and the reason', (t) => {
  const snapshots = [snapshot([web], { failure: timeout, lastSuccessTime: 410, durationSeconds: 60 })]
  const { text } = parsed(pageOf(told([{ name: 'prod', namespaces: ['demo'], snapshots }])))
  t.regex(text, /proddemo▲ Down10 s ago60 s100 %010/)
  t.regex(text, /GET \/v1\/services\/demo\/: not in time Last complete read 10 min ago/)
})

test('plots are lines, with a text for who does not see them', (t) => {
  const history = createHistory()
  for (const [startTime, seconds] of [
    [100, 0],
    [400, 30],
    [700, 120],
    [1000, 180],
  ] as const) {
    const point = { time: startTime, cpuUsageSeconds: seconds }
    finished(history.add({}, snapshot([{ ...web, instances: [ok('a', point)] }], { startTime })))
  }
  const status = told([{ namespaces: ['demo'], snapshots: [snapshot([web])] }], history, true)
  const html = pageOf(status)
  t.regex(
    parsed(pageOf(status, 'open=demo%2Fweb')).text,
    /CPU cores, sum of the instances last 15 min: between 0\.1 and 0\.3, last 0\.2/,
  )
  t.true(
    html.includes(
      '<span class="spark" role="img" aria-label="CPU of web, last 15 min: between 0.1 and 0.3, last 0.2"><svg viewBox="0 -4 240 108" preserveAspectRatio="none" aria-hidden="true"><polyline points="80,100 160,0 240,50"/></svg></span>',
    ),
  )
})

test('the page says that there is no room for the last hour of a service', (t) => {
  const history = createHistory(1)
  const snapshots = [snapshot([web, reading({ name: 'zzz' })])]
  for (const each of snapshots) finished(history.add({}, each))
  const { text } = parsed(pageOf(told([{ namespaces: ['demo'], snapshots }], history, true), 'open=demo%2Fzzz'))
  t.regex(text, /\nNot plotted: 1, since the last hour is kept for 1000 services only\.\n/)
  t.regex(text, /CPU cores, sum of the instances Not plotted: the last hour is kept for 1000 services only/)
  t.notRegex(parsed(pageOf(shownOf(web), 'open=demo%2Fweb')).text, /Not plotted/)
})

test('sizes whose CPU limit is unknown are named, with where to add them', (t) => {
  const sized = (name: string, size: string, cpu?: number) =>
    reading({ name, size, ...(cpu === undefined ? {} : { cpuLimitCores: cpu }) })
  const { text } = parsed(pageOf(shownOf(sized('a', 'XS'), sized('b', 'S'), sized('c', 'XS'), sized('d', 'own', 1))))
  t.regex(
    text,
    /\nCPU limit unknown for instance sizes S, XS: only cores are shown, and AlaudaCpuNearLimit cannot fire\. Add them to sizes in the settings file\.\n/,
  )
  t.notRegex(parsed(pageOf(shownOf(web))).text, /unknown/)
})

test('filters and sorts by the address, and keeps the rest of it in the form and the links', (t) => {
  const { tags, text } = parsed(pageOf(shownOf(web), 'name=zzz&status=Gone&sort=cpu&order=desc&open=demo%2Fx'))
  t.regex(text, /0 of 1 shown/)
  t.regex(text, /No services match\./)
  t.is(tags.find(({ attributes }) => attributes['aria-sort'])?.attributes['aria-sort'], 'descending')
  t.deepEqual(
    tags
      .filter(({ attributes }) => attributes.type === 'hidden')
      .map(({ attributes: { name, value } }) => [name, value]),
    [
      ['sort', 'cpu'],
      ['order', 'desc'],
      ['open', 'demo/x'],
    ],
  )
  t.is(
    tags.find(({ attributes }) => attributes['data-sort'] === 'cpu')?.attributes.href,
    './?name=zzz&status=Gone&sort=cpu&open=demo%2Fx',
  )
  t.true(
    tags.some(({ name, attributes }) => name === 'option' && attributes.value === 'Gone' && 'selected' in attributes),
  )
})

test('Chinese', (t) => {
  const { tags, text } = parsed(pageOf(shownOf(web), '', { language: 'zh' }))
  t.is(tags.find(({ name }) => name === 'html')?.attributes.lang, 'zh-Hans')
  t.regex(text, /● 运行中/)
  t.regex(text, /10 秒前/)
})

test('nothing in it needs what the policy forbids', (t) => {
  const { tags } = parsed(pageOf(shownOf(web), 'open=demo%2Fweb'))
  t.deepEqual(
    tags.filter(({ attributes }) => Object.keys(attributes).some((name) => name === 'style' || name.startsWith('on'))),
    [],
  )
  t.deepEqual(
    tags.filter(({ name }) => ['script', 'style'].includes(name)).map(({ attributes }) => attributes.src),
    ['assets/page.js?v=1', undefined],
  )
})

test('more services than a page holds: a page of them, and links to the others', (t) => {
  const services = Array.from({ length: 1201 }, (_, index) => reading({ name: `web-${index}` }))
  const status = shownOf(...services)
  const { tags, text } = parsed(pageOf(status, 'sort=status'))
  t.is(tags.filter(({ attributes }) => 'data-key' in attributes).length, 500)
  t.regex(text, /500 of 1201 shown/)
  t.regex(text, /Page 1 of 3 Next/)
  t.true(tags.some(({ attributes }) => attributes.href === './?sort=status&page=2'))
  t.notRegex(parsed(pageOf(shownOf(web))).text, /Page 1/)
})

test('a service of 20 000 instances: 500 of them, and links to the others', (t) => {
  const instances = Array.from({ length: 20_000 }, (_, index) => ok(`u${index}`, { time: 1000, memoryUsageBytes: 1 }))
  const page = pageOf(shownOf(reading({ name: 'web' }, instances)), 'sort=cpu&open=demo%2Fweb')
  const { tags, text } = parsed(page)
  t.deepEqual([page.match(/web\.u\d+</g)?.length, page.match(/web\.u\d+</g)?.at(-1)], [500, 'web.u499<'])
  t.regex(text, /Page 1 of 40 Next/)
  t.deepEqual(
    tags.flatMap(({ attributes }) => attributes.href ?? []).filter((href) => href.includes('instances=')),
    ['./?sort=cpu&instances=2&open=demo%2Fweb'],
  )
  t.notRegex(parsed(pageOf(shownOf(web), 'open=demo%2Fweb')).text, /Page 1/)
})

test('a namespace: what is left out, and because of which setting', (t) => {
  const leftOut = { instances: 7, 'name-length': 5 }
  const status = told([{ namespaces: ['demo'], snapshots: [snapshot([web], { leftOut })] }])
  t.deepEqual(parsed(pageOf(status)).text.match(/(?:Left out).*?\d+\./g), [
    'Left out, because there are more than --collect.max-instances: 7.',
    'Left out, because a label would be longer than --collect.max-name-length: 5.',
  ])
  t.regex(pageOf(status, '', { language: 'zh' }), /因标签长度超出 --collect\.max-name-length 而略去：5。/)
})

test('values are text, in elements and in attributes', (t) => {
  t.is(
    html`<a title="${'"><script>'}">${`<b>&'灵雀云`}</a>`.toString(),
    '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;灵雀云</a>',
  )
})

test('HTML and lists of it stay as they are; what is not there is not written', (t) => {
  const items = ['a', '<'].map((item) => html`<li>${item}</li>`)
  t.is(html`<ul>${items}</ul>${undefined}${false}${0}`.toString(), '<ul><li>a</li><li>&lt;</li></ul>0')
})

test('what HTML cannot say', (t) => {
  t.is(html`${'a\0b\rc\nd\uD800e'}`.toString(), 'a\uFFFDb&#13;c\nd\uFFFDe')
})

const row = (
  service: string,
  more: { account?: string; project?: string; uuid?: string } = {},
  isNamesake = false,
) => ({
  key: '',
  namespace: 'demo',
  ...(more.account === undefined ? {} : { account: more.account }),
  service: {
    service,
    listedTime: 0,
    instances: [],
    ...(isNamesake ? { isNamesake } : {}),
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

test('the credentials for Prometheus are not shown', (t) => {
  t.is(withoutCredentials('https://me:secret@host/prom?token=secret#secret'), 'https://host/prom')
})

const count = 10_000
const times = Array.from({ length: count }, (_, index) => index)
const values = times.map((time) => time % 7)

test('a plot of however many values is drawn with few points, and described in words', (t) => {
  const history = { times, cpuUsageCores: values, memoryUsageBytes: [] }
  const plot = plotOf({ service: 'web', history }, 'cpu', english)
  const drawn = plot?.svg.toString().match(/\d+,\d+/g) ?? []
  t.true(drawn.length > 50 && drawn.length <= 60, `${drawn.length}`)
  t.is(plot?.text, 'last 167 min: between 0 and 6, last 3')
})

test('what is not known is a dash, and 0 is 0', (t) => {
  t.deepEqual(
    [bytes(undefined), bytes(null), rate(undefined), percent(undefined), duration(undefined)],
    Array(5).fill('–'),
  )
  t.deepEqual([bytes(0), rate(0), percent(0), duration(0)], ['0 B', '0 B/s', '0.0 %', '0 ms'])
})

test('bytes', (t) => {
  t.deepEqual([1, 1023, 1024, 16_072_704, 2 ** 30, 2 ** 70].map(bytes), [
    '1 B',
    '1023 B',
    '1 KiB',
    '15.3 MiB',
    '1 GiB',
    '1048576 PiB',
  ])
})

test('shares', (t) => {
  t.deepEqual([0.0004, 0.001, 0.1234, 0.9994, 0.9999, 1.5].map(percent), [
    '< 0.1 %',
    '0.1 %',
    '12.3 %',
    '99.9 %',
    '100 %',
    '150 %',
  ])
})

test('spans of time', (t) => {
  t.deepEqual([0.0412, 1, 1.234, 61].map(duration), ['41 ms', '1 s', '1.23 s', '61 s'])
  const seconds = [-5, 0.9, 59, 60, 3599, 3600, 86_400, 200_000]
  t.deepEqual(
    seconds.map((each) => ago(each, translations.en)),
    ['0 s ago', '0 s ago', '59 s ago', '1 min ago', '59 min ago', '1 h ago', '1 d ago', '2 d ago'],
  )
  t.is(ago(61, translations.zh), '1 分钟前')
})

test('times that are none', (t) => {
  t.is(iso(1_433_753_089), '2015-06-08T08:44:49.000Z')
  t.is(iso(1e300), '')
})

test('names of any length', (t) => {
  t.is(clipped('kibana'), 'kibana')
  t.is(clipped('x'.repeat(1e6)).length, 121)
  t.is(clipped('灵'.repeat(200)), `${'灵'.repeat(120)}…`)
  t.is(clipped(`${'x'.repeat(119)}😀…`), `${'x'.repeat(119)}…`)
})

test('cores, down to a thousandth', (t) => {
  t.deepEqual([undefined, 0, 0.0001, 0.001, 0.1234, 0.5, 1, 1.236, 12.345, 128.4].map(cores), [
    '–',
    '0',
    '< 0.001',
    '0.001',
    '0.123',
    '0.5',
    '1',
    '1.24',
    '12.3',
    '128',
  ])
})
