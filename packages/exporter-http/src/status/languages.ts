import { chinese } from './chinese.js'
import { english, type Texts } from './english.js'

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export const isLanguage = (text: string | null | undefined): text is Language => text === 'en' || text === 'zh'

export const translations: Readonly<Record<Language, Texts>> = { en: english, zh: chinese }
