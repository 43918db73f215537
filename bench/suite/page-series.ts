import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** The part of a metrics library that is measured, as prom-client and its successor have it. */
export interface Library<R extends { metrics(): Promise<string> }> {
  readonly registry: R
  readonly createGauge: (
    name: string,
    help: string,
    labelNames: string[],
  ) => {
    set(labels: Record<string, string>, value: number): void
  }
}

/**
 * A renderer with a gauge for each metric of the page in a file, and the same series. Line by line: a large page must not be in
 * memory, which is measured.
 */
export const gaugesOfPage = async <R extends { metrics(): Promise<string> }>(file: string, library: Library<R>) => {
  const helps = new Map<string, string>()
  const gauges = new Map<string, ReturnType<typeof library.createGauge>>()
  const series: Array<{
    gauge: ReturnType<typeof library.createGauge>
    labels: Record<string, string>
    value: number
  }> = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const [, helped = '', help] = /^# HELP (\S+) (.*)/.exec(line) ?? []
    if (help !== undefined) helps.set(helped, help)
    const [, name = '', inBraces = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (value === undefined) continue
    const labels = Object.fromEntries(
      [...inBraces.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]),
    )
    const gauge = gauges.get(name) ?? library.createGauge(name, helps.get(name) ?? name, Object.keys(labels))
    gauges.set(name, gauge)
    series.push({ gauge, labels, value: Number(value) })
  }
  return {
    keep: async (time: number) => {
      for (const { gauge, labels, value } of series) gauge.set(labels, value + time)
    },
    render: () => library.registry.metrics(),
  }
}
