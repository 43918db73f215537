// Brings the chart's copies and the plain manifests up to date: npm run kubernetes
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { copiedRules, manifests, versionedChart } from './generated.js'

const write = (files: ReadonlyMap<string, string>): void => {
  for (const [path, text] of files) {
    const file = join(import.meta.dirname, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

const remove = (folder: string): void => rmSync(join(import.meta.dirname, folder), { recursive: true, force: true })

remove('chart/alauda-exporter/files/rules')
write(copiedRules())
write(versionedChart())
// Where the chart cannot be rendered, the manifests that are there stay.
const rendered = manifests()
remove('manifests')
write(rendered)
