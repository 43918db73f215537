import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const chartFolder = join(import.meta.dirname, 'chart', 'alauda-exporter')

const libraries = '/usr/share/gocode'

/** Whether this machine has what `renderChart` takes. */
export const canRender =
  spawnSync('go', ['version']).status === 0 &&
  ['github.com/Masterminds/sprig', 'sigs.k8s.io/yaml'].every((path) => existsSync(join(libraries, 'src', path)))

export const howToRender =
  'rendering the chart takes Go and Sprig (on Debian: apt-get install golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev)'

/** What the chart gives for these values, over those of its `values.yaml`: text by template. Throws what a template refuses. */
export const renderChart = (
  values: Readonly<Record<string, unknown>>,
  { name = 'alauda-exporter', namespace = 'monitoring' } = {},
): ReadonlyMap<string, string> => {
  if (!canRender) throw new Error(howToRender)
  const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
    cwd: join(import.meta.dirname, 'render'),
    // Debian's packages of Go libraries are not modules.
    env: { ...process.env, GO111MODULE: 'off', GOPATH: libraries },
    input: JSON.stringify({ chart: chartFolder, name, namespace, values }),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr.trim())
  const rendered: Record<string, string> = JSON.parse(stdout)
  return new Map(Object.entries(rendered))
}
