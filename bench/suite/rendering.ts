import { cpuOf, flagOf, peakMemory, report } from './measured.js'

/** Something that keeps values, and renders them. */
export interface Renderer {
  /** Makes new values, other ones each time: not measured. */
  readonly prepare?: (time: number) => void
  /** Takes the new values of all series. */
  readonly keep: (time: number) => Promise<unknown>
  readonly render: () => Promise<string | Uint8Array>
}

/** Measures keeping and rendering apart: `--warm` times without counting, then `--measured` times. */
export const reportPages = async ({ prepare, keep, render }: Renderer): Promise<string> => {
  const [warm, measured] = [Number(flagOf('warm')), Number(flagOf('measured'))]
  let [keepCpu, renderCpu] = [0, 0]
  let page: string | Uint8Array = ''
  for (let time = 0; time < warm + measured; time += 1) {
    prepare?.(time)
    const kept = await cpuOf(() => keep(time))
    const rendered = await cpuOf(async () => {
      page = await render()
    })
    if (time < warm) continue
    keepCpu += kept
    renderCpu += rendered
  }
  // Before the page becomes a text.
  const peak = peakMemory()
  const text = Buffer.from(page).toString()
  const series = text.match(/^[^#\n]/gm)?.length ?? 0
  const milliseconds = (all: number) => all / measured / 1000
  report({ render: milliseconds(renderCpu), keepAndRender: milliseconds(keepCpu + renderCpu), peak, series })
  return text
}
