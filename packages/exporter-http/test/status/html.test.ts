import test from 'ava'
import { html } from '../../src/status/html.js'

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
