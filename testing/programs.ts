import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first of the names that is a program in PATH: with its folder, or nothing. */
export const findProgram = (names: ReadonlyArray<string>, path = process.env.PATH ?? ''): string | undefined =>
  names.flatMap((name) => path.split(delimiter).map((folder) => join(folder || '.', name))).find(isProgram)

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

export const howToGetPrometheus = `Prometheus is not on this machine: there is no program \`prometheus\` in PATH.

  Debian, Ubuntu   sudo apt-get install prometheus prometheus-alertmanager
  macOS            brew install prometheus
  others           https://prometheus.io/download/: put \`prometheus\` and \`alertmanager\` into a folder of PATH
  with Docker      nothing to install: docker compose --file deploy/docker/compose.yaml up --build
                   (see the comment at the top of that file first)
`

export const withoutAlertmanager = `Alertmanager is not on this machine: Prometheus shows the alerts, and no notifications are sent.
(On Debian: sudo apt-get install prometheus-alertmanager; for others: https://prometheus.io/download/)
`
