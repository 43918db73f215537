import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ava, { type ExecutionContext } from 'ava'
import { alerts } from '../../deploy/mixin/alerts.js'
import { ruleFile } from '../../deploy/mixin/render.js'
import { freePort } from '../../scripts/stack/ports.js'
import { testWithBrowser } from './browser.js'
import { impatient } from './dashboard-world.js'
import { testWithPrometheus } from './prometheus.js'
import { root, startProcess } from './start-process.js'
import { tellSkipped } from './tell-skipped.js'

/** Where Debian's package has prom.lib and menu.lib. */
export const debianLibraries = '/usr/share/doc/prometheus/examples/console_libraries'

const haveLibraries = existsSync(join(debianLibraries, 'prom.lib'))

if (!haveLibraries) tellSkipped(`Prometheus' console libraries are not at ${debianLibraries}`, 'the tests with them')

/** `test`, where Chromium and the real Prometheus are. */
export const testWithConsoles = testWithPrometheus === ava ? testWithBrowser : ava.serial.skip

/** The same, where the console libraries are too. */
export const testWithConsoleLibraries = haveLibraries ? testWithConsoles : ava.serial.skip

/** Prometheus with our consoles and alerts, which scrapes exporters each second. It ends with the test. The address of the consoles. */
export const startConsoles = async (
  t: Pick<ExecutionContext, 'teardown'>,
  targets: ReadonlyArray<string>,
  libraries: string | undefined,
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-consoles-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const config = join(folder, 'prometheus.yml')
  const rules = join(folder, 'rules.yml')
  await writeFile(rules, ruleFile(alerts(impatient)))
  await writeFile(
    config,
    `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: ['${rules}']
scrape_configs:
  - job_name: alauda
    static_configs: [{ targets: ['${targets.join("', '")}'] }]
`,
  )
  const address = `127.0.0.1:${await freePort()}`
  const prometheus = startProcess(t, 'prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    `--web.console.templates=${join(root, 'deploy/prometheus/consoles')}`,
    `--web.console.libraries=${libraries ?? join(folder, 'none')}`,
  ])
  await prometheus.match(/(Server is ready to receive web requests)/)
  return `http://${address}/consoles/`
}
