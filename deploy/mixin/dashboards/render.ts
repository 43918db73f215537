import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'

/** A dashboard as the file that Grafana reads. As the formatter has it: a list of plain values stands on one line where it fits. */
export const dashboardFile = (dashboard: Dashboard): string => {
  const expanded = JSON.stringify(dashboard, null, 2)
  return `${expanded.replaceAll(
    /^(.*)\[\n([^[\]{}]*?)\n +\](,?)$/gm,
    (whole, before: string, items: string, after: string) => {
      const line = `${before}[${items.trim().replaceAll(/\n */g, ' ')}]${after}`
      return line.length > 120 ? whole : line
    },
  )}\n`
}
