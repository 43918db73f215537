import { cpuOf, flagOf, peakMemory, report } from './measured.js'

/** Something that keeps values, and renders them. */
export interface Renderer {
  /** Makes new values, other ones each time: not measured. */
  readonly prepare?: (time: number) => void
  /** Takes the new values of all series. */
  readonly keep: (time: number) => Promise<unknown>
  /** For a reader that throws the page away. */
  readonly render: () => Promise<unknown>
}

/** Measures keeping and rendering apart: `--warm` times without counting, then `--measured` times. */
export const reportPages = async ({ prepare, keep, render }: Renderer): Promise<void> => {
  const [warm, measured] = [Number(flagOf('warm')), Number(flagOf('measured'))]
  let [keepCpu, renderCpu] = [0, 0]
  for (let time = 0; time < warm + measured; time += 1) {
    prepare?.(time)
    const kept = await cpuOf(() => keep(time))
    const rendered = await cpuOf(render)
    if (time < warm) continue
    keepCpu += kept
    renderCpu += rendered
  }
  const milliseconds = (all: number) => all / measured / 1000
  report({ render: milliseconds(renderCpu), keepAndRender: milliseconds(keepCpu + renderCpu), peak: peakMemory() })
}
