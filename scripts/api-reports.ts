// Writes down what each built package promises, in packages/*/etc/, so that a change of it shows in review; with --check it
// only compares.
import { mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConsoleMessageId, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'

const check = process.argv.includes('--check')
const packages = resolve(import.meta.dirname, '../packages')
const told = { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true }
const untold = { logLevel: ExtractorLogLevel.None }

const isUpToDate = (name: string): boolean => {
  const folder = join(packages, name)
  mkdirSync(join(folder, 'etc'), { recursive: true })
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
      compiler: {
        overrideTsconfig: {
          // Without the condition `source`: the reports show the types that are published.
          compilerOptions: { target: 'ES2022', lib: ['ES2024'], types: ['node'], module: 'NodeNext', strict: true },
          files: ['dist/index.d.ts'],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(folder, 'etc'),
        reportTempFolder: join(folder, 'node_modules/.cache'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: told, 'ae-missing-release-tag': untold, 'ae-undocumented': untold },
        tsdocMessageReporting: { default: untold },
      },
    },
    configObjectFullPath: join(folder, 'api-extractor.json'),
    packageJsonFullPath: join(folder, 'package.json'),
  })
  const { apiReportChanged, succeeded } = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      if (message.messageId === ConsoleMessageId.Preamble) message.logLevel = ExtractorLogLevel.None
    },
  })
  if (check && apiReportChanged)
    console.error(`${name}: its API is not what its report says; \`npm run api\` renews it.`)
  return succeeded
}

const stale = readdirSync(packages).filter((name) => !isUpToDate(name))
if (stale.length > 0) process.exitCode = 1
