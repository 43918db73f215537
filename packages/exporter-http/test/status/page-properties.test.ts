import test from 'ava'
import fc from 'fast-check'
import { nameKey } from '../../src/status/arrangement.js'
import { createHistory } from '../../src/status/history.js'
import { isFullSize } from '../helpers/full-size.js'
import { finished } from '../helpers/steps.js'
import { collected, text } from './any-snapshots.js'
import { pageOf, parsed } from './page-parts.js'
import { told } from './snapshots.js'

// All that the page is made of. Data adds to it neither an element nor an attribute, only repeats what is there.
const elements =
  'html head meta title link script body header div h1 span nav a main ul li b p section h2 table caption thead tr th tbody td form label input select option button footer time small dl dt dd figure figcaption svg rect polyline'
const attributes =
  'lang charset name content rel href src defer class id role title datetime value type placeholder autocomplete spellcheck action selected hidden scope colspan hreflang width height viewBox preserveAspectRatio points aria-label aria-labelledby aria-hidden aria-current aria-sort aria-expanded aria-valuemin aria-valuemax aria-valuenow aria-valuetext data-language data-version data-prometheus-url data-ago data-sort data-toggle data-key data-plot data-of'
const allowed = new Set([...elements.split(' '), ''])
const allowedAttributes = new Set(attributes.split(' '))

test('any snapshots make a page, with no element and no attribute of their own, and links to nowhere else', (t) => {
  fc.assert(
    fc.property(fc.option(text), fc.array(collected, { maxLength: 3 }), fc.boolean(), (name, snapshots, isZh) => {
      const account = name === null ? {} : { name }
      const history = createHistory()
      for (const startTime of [940, 1000])
        for (const each of snapshots) finished(history.add(account, { ...each, startTime }))
      const namespaces = snapshots.map(({ namespace }) => namespace)
      const status = told([{ ...account, namespaces, snapshots }], history, true)
      const open = new URLSearchParams(
        snapshots.flatMap(({ namespace, services }) =>
          services.map(({ service: { name, project, space } }) => [
            'open',
            nameKey({
              account: account.name,
              namespace,
              service: name,
              project,
              space,
            }),
          ]),
        ),
      )
      const html = pageOf(status, open.toString(), { language: isZh ? 'zh' : 'en', prometheusUrl: 'http://prom/' })
      t.true(html.isWellFormed())
      const { tags } = parsed(html)
      t.deepEqual(
        tags.flatMap((tag) => (allowed.has(tag.name) ? [] : [tag.name])),
        [],
      )
      t.deepEqual(
        tags.flatMap((tag) => Object.keys(tag.attributes).filter((attribute) => !allowedAttributes.has(attribute))),
        [],
      )
      const hrefs = tags.flatMap(({ attributes: { href } }) => href ?? [])
      t.deepEqual(
        hrefs.filter(
          (href) =>
            !/^((\.\/(\?|$)|metrics$|sd$|api\/v1\/services$|-\/|probe\?|assets\/)|http:\/\/prom\/graph\?|data:image)/.test(
              href,
            ),
        ),
        [],
      )
      JSON.parse(JSON.stringify(status))
    }),
    { numRuns: isFullSize ? 60 : 20 },
  )
})
