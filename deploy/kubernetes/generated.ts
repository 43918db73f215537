import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderChart } from './chart.js'

const root = join(import.meta.dirname, '..', '..')
const rulesFolder = join(root, 'deploy', 'prometheus', 'rules')

/** For those without Helm: what they have to change is in `settings`, and the secret is made by hand. */
const values = {
  existingSecret: 'alauda-exporter',
  settings: { alauda: { username: 'your-user-name' } },
  networkPolicy: { enabled: true },
  serviceMonitor: { enabled: true },
  prometheusRule: { enabled: true },
}

const ofOperator = new Set(['servicemonitor.yaml', 'prometheusrule.yaml'])

const head = '# Rendered from the chart by `npm run kubernetes`: change deploy/kubernetes/chart instead.\n'

/** A chart holds all that it needs: the rules of deploy/prometheus, by path beside this file. */
export const copiedRules = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(rulesFolder)
      .filter((file) => file.endsWith('.yml'))
      .map((file) => [`chart/alauda-exporter/files/rules/${file}`, readFileSync(join(rulesFolder, file), 'utf8')]),
  )

/** What stands in `Chart.yaml`, with the exporter's version, under which the chart is released too. */
export const versionedChart = (): ReadonlyMap<string, string> => {
  const file = 'chart/alauda-exporter/Chart.yaml'
  const manifest = readFileSync(join(root, 'packages', 'exporter-http', 'package.json'), 'utf8')
  const { version }: { readonly version: string } = JSON.parse(manifest)
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  const versioned = text
    .replace(/^version: .*$/m, `version: ${version}`)
    .replace(/^appVersion: .*$/m, `appVersion: "${version}"`)
  return new Map([[file, versioned]])
}

/** The plain manifests, by path beside this file. The chart has to be up to date. */
export const manifests = (): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  for (const [template, text] of renderChart(values)) {
    const name = template.replace('templates/', '')
    // The test is a hook, which only Helm runs.
    if (name.includes('/') || !name.endsWith('.yaml') || text.trim() === '') continue
    const folder = ofOperator.has(name) ? 'prometheus-operator/' : ''
    files.set(`manifests/${folder}${name}`, head + withoutHelm(text))
  }
  return files
}

// Nobody manages these with Helm, and nobody would bring the checksum up to date.
const withoutHelm = (text: string): string =>
  `${text
    .replaceAll(/^ *(?:helm\.sh\/chart|app\.kubernetes\.io\/managed-by): .*\n/gm, '')
    .replace(/^ *annotations:\n(?: *#.*\n)? *checksum\/settings: .*\n/m, '')
    .trim()}\n`
