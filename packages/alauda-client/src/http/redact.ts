/** Any part of a secret that is so long is taken for the secret: the cloud may repeat it cut off. */
const shortestPart = 8

/**
 * Replaces secrets by `***`, as they are and as URLs, forms and JSON write them, and parts of 8 characters and more.
 *
 * @example
 * redact(['s3cret'], 'bad header: Token s3cret') // 'bad header: Token ***'
 */
export const redact = (secrets: ReadonlyArray<string>, text: string): string => {
  const spellings = secrets
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      formEncoded(secret),
      JSON.stringify(secret).slice(1, -1),
    ])
    .filter((spelling) => spelling !== '')
    // A part that is replaced first would leave the rest of what it is a part of.
    .sort((a, b) => b.length - a.length)
  const withoutWhole = spellings.reduce((shown, spelling) => shown.replaceAll(spelling, '***'), text)
  return spellings.reduce((shown, spelling) => withoutParts(spelling, shown), withoutWhole)
}

const formEncoded = (text: string): string => new URLSearchParams({ text }).toString().slice('text='.length)

const withoutParts = (secret: string, text: string): string => {
  if (secret.length <= shortestPart) return text
  const parts = new Set(
    Array.from({ length: secret.length - shortestPart + 1 }, (_, start) => secret.slice(start, start + shortestPart)),
  )
  let shown = ''
  let hiddenUntil = 0
  for (let index = 0; index < text.length; index++) {
    if (parts.has(text.slice(index, index + shortestPart))) {
      if (index >= hiddenUntil) shown += '***'
      hiddenUntil = index + shortestPart
    }
    if (index >= hiddenUntil) shown += text[index]
  }
  return shown
}
