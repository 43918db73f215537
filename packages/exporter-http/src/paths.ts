/** The path of every route but the metrics', which is a setting. The exporter's routes are typed by it. */
export const paths = {
  page: '/',
  services: '/api/v1/services',
  script: '/assets/page.js',
  style: '/assets/page.css',
  discovery: '/sd',
  probe: '/probe',
  healthy: '/-/healthy',
  ready: '/-/ready',
  reload: '/-/reload',
} as const

/**
 * A path as the page links to it, which is at {@link paths.page}: behind a proxy both may be below another path.
 *
 * @example
 * relative('/sd') // 'sd'
 */
export const relative = (path: string): string => path.slice(1)

/** A path that a route owns: no setting may give it to another one. */
export type OwnedPath = (typeof paths)[keyof typeof paths]

export const ownedPaths: ReadonlyArray<OwnedPath> = Object.values(paths)
