import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import type { Rows, Setting } from '../../src/settings/setting.js'
import { groups, isFlag, flags as rows, table } from '../../src/settings/table.js'

const all: ReadonlyArray<Setting<unknown>> = Object.values<Rows>(table).flatMap((part) => Object.values(part))

test('every row stands in exactly one group', (t) => {
  const grouped = groups.flatMap(([, settings]) => settings)
  t.deepEqual(new Set(grouped), new Set(all))
  t.is(grouped.length, all.length)
})

test('no two rows share a flag or a variable', (t) => {
  const flags = rows.map(({ flag }) => flag)
  const variables = rows.flatMap(({ environment }) => environment ?? [])
  t.deepEqual([...new Set(flags)], flags)
  t.deepEqual([...new Set(variables)], variables)
})

test('a flag is small letters with dots and hyphens; its variable has the same words, save the file’s', (t) => {
  for (const { flag, environment } of rows) {
    t.regex(flag, /^[a-z]+(?:[.-][a-z]+)*$/)
    if (flag === table.file.configFile.flag) continue
    t.is(environment ?? '', environment === undefined ? '' : flag.toUpperCase().replaceAll(/[.-]/g, '_'))
  }
})

test('every default is one that its own row accepts', (t) => {
  for (const { flag, default: usual, demoDefault, format } of rows) {
    for (const text of [usual, demoDefault])
      t.true(text === undefined || E.isRight(format.parse(text)), `${flag} ${text}`)
  }
})

test('every help text is a sentence', (t) => {
  for (const { flag, help } of rows) t.regex(help, /^[A-Z].+\.$/, flag)
})

test('no flag takes a secret itself', (t) => {
  t.deepEqual(
    all.filter((row) => !isFlag(row)).map(({ flag }) => flag),
    ['alauda.password', 'alauda.token'],
  )
  t.true(rows.every(isFlag))
  for (const { flag } of rows.filter(({ flag }) => /password|token|secret/.test(flag))) t.regex(flag, /-file$/)
})
