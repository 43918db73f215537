import test from 'ava'
import { cellsOf, compare, type Figure, isReached, ratiosOf, spreadOf } from '../../bench/suite/figures.js'
import { createLines, toSvg } from '../../bench/suite/plot.js'
import { sectionOf, withSection, worseThan } from '../../bench/suite/results.js'
import { inRounds } from '../../bench/suite/rounds.js'

const figure: Figure = {
  what: 'CPU of a page, 10 000 series',
  unit: 'ms',
  ours: [2, 1, 4],
  peer: { name: 'prom-client', values: [2000, 1300, 4800] },
  goal: { of: 'times', limit: 12 },
}

const share = (limit: number): Figure => ({
  ...figure,
  ours: [5, 3, 4],
  peer: { name: 'Go', values: [10, 10, 10] },
  goal: { of: 'share', limit },
})

test('a figure is a median with its spread, and a ratio is that of each round', (t) => {
  t.deepEqual(spreadOf([3, 1, 2]), { median: 2, min: 1, max: 3 })
  t.deepEqual(spreadOf([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4 })
  t.deepEqual(ratiosOf(figure), [1000, 1300, 1200])
  t.deepEqual(cellsOf(figure), [
    'CPU of a page, 10 000 series',
    '2 ms (1–4)',
    'prom-client',
    '2 000 ms (1 300–4 800)',
    '1 200 × (1 000–1 300)',
    '≥ 12 ×',
    'yes',
  ])
})

test('a goal is a share of the peer at most, so many times less at least, or a value at most', (t) => {
  t.is(isReached(share(0.4)), true)
  t.is(isReached(share(0.39)), false)
  t.is(isReached({ ...figure, goal: { of: 'times', limit: 1201 } }), false)
  t.is(isReached({ ...figure, goal: { of: 'value', limit: 2 } }), true)
  t.is(isReached({ what: 'state', unit: 'B', ours: [501], goal: { of: 'value', limit: 500 } }), false)
  t.is(isReached({ what: 'state', unit: 'B', ours: [501] }), undefined)
})

test('a run is judged by the committed ratios, in either direction', (t) => {
  const committed = sectionOf({ figures: [figure, share(0.5)], notes: [] }, 'a run')
  t.deepEqual(worseThan(committed, [figure, share(0.5)]), [])
  t.deepEqual(worseThan(committed, [{ ...figure, ours: [2.4, 1.2, 4.8] }]), [])
  t.deepEqual(worseThan(committed, [{ ...figure, ours: [4, 2, 8] }]), [
    'CPU of a page, 10 000 series, prom-client: the ratio is 600, it was 1 200',
  ])
  t.deepEqual(worseThan(committed, [{ ...share(0.5), ours: [8, 8, 8] }]), [
    'CPU of a page, 10 000 series, Go: the ratio is 0.8, it was 0.4',
  ])
  t.deepEqual(worseThan(committed, [{ ...figure, what: 'another one', ours: [400, 200, 800] }]), [])
})

test('a new section leaves the others, and what is written below it by hand', (t) => {
  const names = ['whole', 'serve']
  const before = withSection('', names, 'serve', 'old')
  const byHand = `${before.trim()}\n\n### What limits it\n\nThe kernel.\n\n### More\n`
  const after = withSection(withSection(byHand, names, 'serve', 'new'), names, 'whole', 'first')
  t.true(after.endsWith('## whole\n\nfirst\n\n## serve\n\nnew\n\n### What limits it\n\nThe kernel.\n\n### More\n'))
})

test('each round measures every subject once, and begins with another one', async (t) => {
  const measured: string[] = []
  const valuesOf = await inRounds(3, [{ name: 'a' }, { name: 'b' }], async ({ name }) => {
    measured.push(name)
    return { turn: measured.length }
  })
  t.deepEqual(measured, ['a', 'b', 'b', 'a', 'a', 'b'])
  t.deepEqual(valuesOf('a', 'turn'), [1, 4, 5])
  t.deepEqual(valuesOf('missing', 'turn'), [])
  t.throws(() => valuesOf('a', 'wall'), { message: 'a reported no wall' })
  t.deepEqual(
    compare('turn', '', (name) => valuesOf(name, 'turn'), 'a', { b: undefined, missing: undefined }),
    [{ what: 'turn', unit: '', ours: [1, 4, 5], peer: { name: 'b', values: [2, 3, 6] } }],
  )
})

test('a plot has its axes from one power of ten to another', (t) => {
  const { add, lines } = createLines()
  add('a < b', 100, 20)
  add('a < b', 1000, 300)
  const svg = toSvg({ name: 'plot', title: 'Title', x: 'instances', y: 'µs', lines: lines() })
  t.deepEqual(
    [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, tick]) => tick),
    ['10', '100', '1 000'],
  )
  t.regex(svg, /<polyline points="60,303 470,121"/)
  t.true(svg.includes('a &lt; b'))
})
