import { ago } from '../format.js'
import { say } from './elements.js'
import { words } from './language.js'

// The exporter's clock and the reader's need not agree.
let aheadSeconds = 0

/** The exporter has just told its time. */
export const setTime = (exporterTime: number): void => {
  aheadSeconds = exporterTime - Date.now() / 1000
}

/** Keeps true what was how long ago. */
export const showAges = (): void => {
  const now = Date.now() / 1000 + aheadSeconds
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
    say(time, ago(now - Number(time.dataset.ago), words))
  }
}
