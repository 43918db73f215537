import test from 'ava'
import { plotText } from '../../src/status/cells.js'
import { english } from '../../src/status/english.js'
import { linePlot } from '../../src/status/plot.js'

const count = 300_000
const times = Array.from({ length: count }, (_, index) => index)
const values = times.map((time) => time % 7)

test('a plot of however many values is drawn with few points, and told in words', (t) => {
  const drawn =
    linePlot(times, values)
      ?.toString()
      .match(/\d+,\d+/g) ?? []
  t.true(drawn.length > 50 && drawn.length <= 60, `${drawn.length}`)
  const history = { times, cpuUsageCores: values, memoryUsageBytes: [] }
  t.is(plotText(history, 'cpu', english), 'last 5000 min: between 0 and 6, last 0')
})
