import { paths, relative } from '../../paths.js'
import { changed } from '../changes.js'
import type { Changes, Status } from '../model.js'
import { ago } from '../units.js'
import { element, say, written } from './elements.js'

const { texts } = written
const initialQuery = new URLSearchParams(location.search)
const pollMs = 5000
const retryMs = 2000
const patienceMs = 10_000

const clock = new Intl.DateTimeFormat(texts.tag, { timeStyle: 'medium', hourCycle: 'h23' })

/** Polls the exporter while the page is visible, and shows when it does not answer. */
export const startContact = (onStatus: (status: Status) => void): void => {
  const note = element('contact')
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAnswer = new Date()
  let isAsking = false
  // What is shown: the exporter sends what has changed since.
  let last: { readonly state: string; readonly status: Status } | undefined
  // This script arranges services that fit on one page, and the server more of them.
  let hasPages = false

  const show = (text: string, state: 'live' | 'lost'): void => {
    note.className = state
    say(note, text)
  }

  const ask = async (): Promise<Changes> => {
    const query = new URLSearchParams({ history: '1', since: last?.state ?? '' })
    for (const [name, value] of initialQuery) {
      if (name === 'instances' || (hasPages && ofServices.includes(name))) query.append(name, value)
    }
    const response = await fetch(`${relative(paths.services)}?${query}`, { signal: AbortSignal.timeout(patienceMs) })
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    const changes: Changes = await response.json()
    if (hasPages || changes.pageCount === 1) return changes
    hasPages = true
    last = undefined
    return ask()
  }

  const look = async (): Promise<void> => {
    const changes = await ask()
    const { state, time, version } = changes
    aheadSeconds = time - Date.now() / 1000
    // Another version may have a different page: load it.
    if (version !== written.version) location.reload()
    if (state === last?.state) return
    const status = changed(last?.status, changes)
    onStatus(status)
    last = { state, status }
  }

  const poll = async (): Promise<void> => {
    clearTimeout(timer)
    if (document.hidden) return show(texts.paused, 'live')
    if (isAsking) return
    isAsking = true
    let wait = pollMs
    try {
      await look()
      lastAnswer = new Date()
      show(document.hidden ? texts.paused : texts.live, 'live')
    } catch {
      wait = retryMs
      show(texts.notReachable(clock.format(lastAnswer)), 'lost')
    } finally {
      isAsking = false
    }
    clearTimeout(timer)
    timer = setTimeout(poll, wait)
  }

  document.addEventListener('visibilitychange', () => void poll())
  void poll()
}

// The parts of the address that select services of several pages.
const ofServices = ['name', 'status', 'region', 'page']

// The exporter's clock and the reader's may differ.
let aheadSeconds = 0

/** Updates all ages. */
export const showAges = (): void => {
  const now = Date.now() / 1000 + aheadSeconds
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
    say(time, ago(now - Number(time.dataset.ago), texts))
  }
}
