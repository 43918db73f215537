import { paths, relative } from '../../paths.js'
import type { Status } from '../model.js'
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
  let shown = ''
  // This script arranges services that fit on one page, and the server more of them.
  let hasPages = false

  const show = (text: string, state: 'live' | 'lost'): void => {
    note.className = state
    say(note, text)
  }

  const ask = async (history: '' | '1'): Promise<Status> => {
    const query = new URLSearchParams({ history })
    for (const [name, value] of initialQuery) {
      if (name === 'instances' || (hasPages && ofServices.includes(name))) query.append(name, value)
    }
    const response = await fetch(`${relative(paths.services)}?${query}`, { signal: AbortSignal.timeout(patienceMs) })
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    const status: Status = await response.json()
    if (hasPages || status.pageCount === 1) return status
    hasPages = true
    return ask(history)
  }

  // The last hour is large: request it only with other news.
  const look = async (): Promise<void> => {
    const status = await ask(shown === '' ? '1' : '')
    const news = JSON.stringify(
      status.accounts.map(({ namespaces }) => namespaces),
      (key, value: unknown) => (key === 'history' ? undefined : value),
    )
    aheadSeconds = status.time - Date.now() / 1000
    // Another version may have a different page: load it.
    if (status.version !== written.version) location.reload()
    if (news !== shown) onStatus(shown === '' ? status : await ask('1'))
    shown = news
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
