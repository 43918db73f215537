import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const rulesFolder = join(root, 'deploy', 'prometheus', 'rules')

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
