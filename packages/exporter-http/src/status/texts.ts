type SortableColumn = 'name' | 'status' | 'region' | 'instances' | 'cpu' | 'memory' | 'network'

/** All that the page says, so that a language in which something is missing does not compile. */
export interface Texts {
  /** For the attribute `lang`. */
  readonly tag: string
  readonly title: string
  readonly subtitle: string
  readonly links: Readonly<Record<'metrics' | 'healthy' | 'ready' | 'discovery' | 'api', string>>
  readonly linksName: string
  readonly languageName: string
  readonly version: (version: string) => string
  readonly live: string
  readonly paused: string
  readonly notReachable: (since: string) => string
  readonly totals: Readonly<Record<'namespaces' | 'services' | 'instances' | 'failed', string>>
  readonly collections: string
  readonly collectionColumns: Readonly<
    Record<'account' | 'namespace' | 'state' | 'last' | 'took' | 'share' | 'calls' | 'services' | 'failed', string>
  >
  readonly collectionHints: Readonly<Record<'share' | 'calls' | 'failed', string>>
  readonly up: string
  readonly down: string
  readonly waiting: string
  readonly lastSuccess: string
  readonly instanceFailures: (count: number) => string
  readonly leftOut: (count: number) => string
  readonly tooLong: (count: number) => string
  readonly duplicates: (count: number) => string
  readonly services: string
  readonly shownOf: (shown: number, all: number) => string
  readonly pages: string
  readonly previous: string
  readonly next: string
  readonly pageOf: (page: number, all: number) => string
  readonly noServices: string
  readonly nothingMatches: string
  readonly columns: Readonly<Record<SortableColumn | 'links', string>>
  readonly hints: Readonly<Record<SortableColumn, string>>
  readonly filterName: string
  readonly filterNamePlaceholder: string
  readonly filterStatus: string
  readonly filterRegion: string
  readonly any: string
  readonly apply: string
  readonly clear: string
  /** Between two parts of a sentence. */
  readonly comma: string
  readonly cpuOf: (name: string) => string
  readonly memoryOf: (name: string) => string
  readonly plotOf: (minutes: number, low: string, high: string, last: string) => string
  readonly noPlot: string
  readonly noRoomForPlot: string
  readonly withoutPlots: (count: number) => string
  readonly unknownSizes: (sizes: string) => string
  readonly probe: string
  readonly probeOf: (name: string) => string
  readonly graph: string
  readonly graphOf: (name: string) => string
  readonly noInstances: string
  readonly instancesOf: (name: string) => string
  readonly instanceColumns: Readonly<
    Record<'name' | 'values' | 'started' | 'cpu' | 'memory' | 'receive' | 'transmit' | 'measured', string>
  >
  readonly outcomes: Readonly<Record<'ok' | 'empty' | 'gone' | 'failed', string>>
  readonly facts: Readonly<Record<'image' | 'size' | 'project' | 'space' | 'listed', string>>
  readonly lastHour: Readonly<Record<'cpu' | 'memory', string>>
  readonly receive: string
  readonly transmit: string
  readonly ago: (amount: number, unit: 's' | 'min' | 'h' | 'd') => string
  readonly statuses: Readonly<Record<string, string>>
}
