import { paths, relative } from '../../paths.js'
import type { Status } from '../model.js'
import { ago } from '../units.js'
import { element, say } from './elements.js'
import { pageVersion, texts } from './language.js'
import type { Screen } from './screen.js'

const initialSearch = location.search
const pollMs = 5000
const retryMs = 2000
const patienceMs = 10_000

const clock = new Intl.DateTimeFormat(texts.tag, { timeStyle: 'medium', hourCycle: 'h23' })

/** Polls the exporter while the page is visible, and shows when it does not answer. */
export const createContact = (screen: Screen): { readonly start: () => void } => {
  const note = element('contact')
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAnswer = new Date()
  let isAsking = false
  let shown = ''
  // Whatever fits on one page is arranged here, and else by the server.
  let hasPages = false

  const tell = (text: string, isLost: boolean): void => {
    note.className = isLost ? 'lost' : 'live'
    say(note, text)
  }

  const ask = async (history: string): Promise<Status> => {
    const response = await fetch(`${relative(paths.services)}?${wanted(history, hasPages ? ofServices : [])}`, {
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    const status: Status = await response.json()
    if (hasPages || status.pageCount === 1) return status
    hasPages = true
    return ask(history)
  }

  // The last hour is asked for only when there is something new in it: it is much, and the rest is little.
  const look = async (): Promise<void> => {
    const status = shown === '' ? await ask('1') : await ask('')
    const news = JSON.stringify(
      status.accounts.map(({ namespaces }) => namespaces),
      withoutHistory,
    )
    setTime(status.time)
    // Another version may have a different page: load it.
    if (status.version !== pageVersion) location.reload()
    if (news !== shown) screen.show(shown === '' ? status : await ask('1'))
    shown = news
  }

  const poll = async (): Promise<void> => {
    clearTimeout(timer)
    if (document.hidden) return tell(texts.paused, false)
    if (isAsking) return
    isAsking = true
    let wait = pollMs
    try {
      await look()
      lastAnswer = new Date()
      tell(document.hidden ? texts.paused : texts.live, false)
    } catch {
      wait = retryMs
      tell(texts.notReachable(clock.format(lastAnswer)), true)
    } finally {
      isAsking = false
    }
    clearTimeout(timer)
    timer = setTimeout(poll, wait)
  }

  return {
    start: () => {
      document.addEventListener('visibilitychange', () => void poll())
      void poll()
    },
  }
}

// What of the address the server goes by when it has more services than the page.
const ofServices = ['name', 'status', 'region', 'page']

const wanted = (history: string, names: ReadonlyArray<string>): URLSearchParams => {
  const query = new URLSearchParams({ history })
  const asked = new URLSearchParams(initialSearch)
  for (const name of [...names, 'instances']) {
    const value = asked.get(name)
    if (value !== null) query.set(name, value)
  }
  return query
}

const withoutHistory = (key: string, value: unknown): unknown => (key === 'history' ? undefined : value)

// The exporter's clock and the reader's need not agree.
let aheadSeconds = 0

/** Sets the exporter's time, which was just received. */
const setTime = (exporterTime: number): void => {
  aheadSeconds = exporterTime - Date.now() / 1000
}

/** Keeps true what was how long ago. */
export const showAges = (): void => {
  const now = Date.now() / 1000 + aheadSeconds
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
    say(time, ago(now - Number(time.dataset.ago), texts))
  }
}
