// Brings the chart's copies up to date: npm run kubernetes
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { copiedRules, versionedChart } from './generated.js'

const write = (files: ReadonlyMap<string, string>): void => {
  for (const [path, text] of files) {
    const file = join(import.meta.dirname, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

rmSync(join(import.meta.dirname, 'chart/alauda-exporter/files/rules'), { recursive: true, force: true })
write(copiedRules())
write(versionedChart())
