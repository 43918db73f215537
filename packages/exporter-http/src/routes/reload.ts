import { type Problem, problemText } from '../settings/problem.js'
import { type Handler, plainText } from '../toolkit/handler.js'
import { isForeign } from '../toolkit/origin.js'

/** Reads the settings again; 400 with what is wrong, when they are, and 403 to a page of another site. */
export const reloadRoute =
  (reload: () => Promise<ReadonlyArray<Problem>>, externalUrl?: string): Handler =>
  async ({ headers }) => {
    if (isForeign(headers, externalUrl)) return plainText(403, 'A page of another site cannot reload the settings.')
    const problems = await reload()
    return problems.length === 0
      ? plainText(200, 'The settings were read again.')
      : plainText(400, `The settings are wrong; the old ones stay.\n${problems.map(problemText).join('\n')}`)
  }

export const reloadDisabledRoute: Handler = async () =>
  plainText(
    403,
    'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.',
  )
