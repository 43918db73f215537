import { nodeSubject } from './peers.js'
import { reportOf } from './rounds.js'

// An instance has 12 series, and its service has 7 for all ten.
const seriesPerInstance = 12.7

/** How many instances have about so many series: whole services of ten. */
export const instancesWith = (series: number): number => Math.round(series / seriesPerInstance / 10) * 10

/** Writes a page of this project's to a file. Peers show the same series. */
export const writePage = async (file: string, instances: number): Promise<void> => {
  const program = nodeSubject('this project', 'render-program', '--through=page', `--instances=${instances}`)
  await reportOf(program, ['--warm=0', '--measured=1', `--write=${file}`])
}
