import test from 'ava'
import { findingsIn } from '../../testing/words.js'

const wordsIn = (file: string, text: string): ReadonlyArray<string> =>
  findingsIn(file, text).map(({ line, words }) => `${line}: ${words}`)

test('documents: words and phrases, also over the end of a line', (t) => {
  t.deepEqual(wordsIn('a.md', 'The log tells why.\n\nWhoever asks\nis told at the\nmost once.'), [
    '1: tells',
    '3: Whoever',
    '4: told',
    '4: at the most',
  ])
  t.deepEqual(wordsIn('a.md', 'That is no number.'), ['1: is no number'])
})

test('documents: not code, not the address of a link, not good uses of the same words', (t) => {
  const text = [
    'The user `nobody` runs it: `told`.',
    '```sh',
    'tell nobody',
    '```',
    'See [the runbook](whoever/told.md).',
    'A bearer token, an amendment, the foretold, a stakeholder that holds a lock.',
    'There is no number of that name. There are no names.',
    'It goes on to the next page. At the most recent version.',
  ].join('\n')
  t.deepEqual(wordsIn('a.md', text), [])
})

test('programs: comments and texts, not names', (t) => {
  const code = [
    "import { tell } from './tell-nobody.js'",
    '/**',
    ' * What the cloud told, and',
    ' * nobody `tells`.',
    ' */',
    'export const told = (nobody: string) => {',
    '  // A name: nobody',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is code
    "  tell(`${nobody} is told ${told('a') /* anew */}`, 'seldom', 'very seldom')",
    '}',
  ].join('\n')
  t.deepEqual(wordsIn('a.ts', code), ['3: told', '4: nobody', '7: nobody', '8: told', '8: anew', '8: seldom'])
})

test('settings and scripts: comments only', (t) => {
  t.deepEqual(wordsIn('a.yml', 'user: nobody\n# tells the user\nurl: a#told # told'), ['2: tells', '3: told'])
})
