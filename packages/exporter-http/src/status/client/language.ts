import type { Texts } from '../english.js'
import { isLanguage, type Language, translations } from '../languages.js'

const { language, version = '', prometheusUrl = '' } = document.body.dataset

/** In which the server has written the page. */
const pageLanguage: Language = isLanguage(language) ? language : 'en'

export const texts: Texts = translations[pageLanguage]

/** What the address asks for; null when the browser's language is taken. */
export const lang = (): string | null => new URLSearchParams(location.search).get('lang')

/** Of the exporter that has written the page. */
export const pageVersion: string = version

export const pagePrometheusUrl: string | undefined = prometheusUrl === '' ? undefined : prometheusUrl
