import type { Arrangement } from './arrangement.js'
import { chinese } from './chinese.js'
import { english, type Texts } from './english.js'
import type { NamespaceStatus, Status } from './model.js'

export const translations = { en: english, zh: chinese } as const satisfies Readonly<Record<string, Texts>>

export type Language = keyof typeof translations

export const isLanguage = (text: string | null | undefined): text is Language => text === 'en' || text === 'zh'

export const languages: ReadonlyArray<Language> = Object.keys(translations).filter(isLanguage)

/** What all parts of the page need beside their data. */
export interface Look {
  readonly language: Language
  readonly texts: Texts
  /** The language that the address asks for; null if the browser's is taken. */
  readonly lang: string | null
  readonly arrangement: Arrangement
  readonly prometheusUrl?: string | undefined
  /** Seconds since the epoch: ages are counted from it. */
  readonly now: number
  /** Whether services of several namespaces or accounts must be distinguished. */
  readonly hasSeveralNamespaces: boolean
}

export type LookOptions = Pick<Look, 'language' | 'lang' | 'arrangement' | 'prometheusUrl'>

export const lookFor = (status: Status, options: LookOptions): Look => ({
  ...options,
  texts: translations[options.language],
  now: status.time,
  hasSeveralNamespaces: namespacesIn(status).length > 1,
})

export const namespacesIn = ({ accounts }: Status): ReadonlyArray<NamespaceStatus> =>
  accounts.flatMap(({ namespaces }) => namespaces)

/** The number of services on all pages. */
export const countServices = (status: Status): number =>
  namespacesIn(status).reduce((sum, { serviceCount }) => sum + serviceCount, 0)
