import { mostPlotted } from './plot.js'

/** All that the page says. A translation in which something is missing does not compile. */
export type Texts = typeof english

const statuses: Readonly<Record<string, string>> = {}

export const english = {
  /** For the attribute `lang`. */
  tag: 'en',
  title: 'Alauda Exporter',
  subtitle: 'Services on Alauda Cloud, for Prometheus',
  links: {
    metrics: 'Metrics',
    healthy: 'Healthy?',
    ready: 'Ready?',
    discovery: 'Service discovery',
    api: 'JSON',
  },
  linksName: 'This exporter',
  languageName: 'Language',
  version: (version: string) => `Version ${version}`,
  live: 'Live',
  paused: 'Paused while hidden',
  notReachable: (since: string) => `The exporter has been unreachable since ${since}. Showing data as of that time.`,
  totals: {
    namespaces: 'namespaces up',
    services: 'services',
    instances: 'instances running',
    failed: 'instances failed',
  },
  collections: 'Collections',
  collectionColumns: {
    account: 'Account',
    namespace: 'Namespace',
    state: 'State',
    last: 'Last collection',
    took: 'Took',
    share: 'Of the interval',
    calls: 'API calls so far',
    services: 'Services',
    failed: 'Failed instances',
  },
  collectionHints: {
    share: 'Share of the interval that the last collection took: from 100 % on, collections come late',
    calls: 'Requests to the API since the start, of the whole account',
    failed: 'Instances whose values could not be read in the last collection',
  },
  up: 'Up',
  down: 'Down',
  waiting: 'Not collected yet',
  lastSuccess: 'Last complete read ',
  instanceFailures: (count: number) =>
    count === 1
      ? 'The values of 1 instance could not be read: '
      : `The values of ${count} instances could not be read: `,
  leftOut: (count: number) => `Left out, because there are more than --collect.max-instances: ${count}.`,
  tooLong: (count: number) => `Left out, because a label would be longer than --collect.max-name-length: ${count}.`,
  duplicates: (count: number) => `Left out, because newer ones have the same labels: ${count}.`,
  services: 'Services',
  shownOf: (shown: number, all: number) => (shown === all ? `${all} shown` : `${shown} of ${all} shown`),
  pages: 'Pages',
  previous: 'Previous',
  next: 'Next',
  pageOf: (page: number, all: number) => `Page ${page} of ${all}`,
  noServices: 'No services are known.',
  nothingMatches: 'No services match.',
  columns: {
    name: 'Service',
    status: 'Status',
    region: 'Region',
    instances: 'Instances',
    cpu: 'CPU',
    memory: 'Memory',
    network: 'Network',
    links: 'Links',
  },
  hints: {
    name: 'Name of the service, and its namespace',
    status: 'As the cloud reports it',
    region: 'Where it runs',
    instances: 'Running / wanted',
    cpu: 'Cores in use between the last two measurements, sum of the instances; the bar is the share of the limit, mean of the instances; the line is the last hour',
    memory:
      'Memory in use, sum of the instances; the bar is the share of the limit, mean of the instances; the line is the last hour',
    network: 'Bytes received ↓ and sent ↑ per second, sum of the instances',
  },
  filterName: 'Name',
  filterNamePlaceholder: 'Part of a name',
  filterStatus: 'Status',
  filterRegion: 'Region',
  any: 'Any',
  apply: 'Filter',
  /** Between two parts of a sentence. */
  comma: ', ',
  cpuOf: (name: string) => `CPU of ${name}`,
  memoryOf: (name: string) => `Memory of ${name}`,
  plotOf: (minutes: number, low: string, high: string, last: string) =>
    `last ${minutes} min: between ${low} and ${high}, last ${last}`,
  noPlot: 'Nothing to plot yet',
  noRoomForPlot: `Not plotted: the last hour is kept for ${mostPlotted} services only`,
  withoutPlots: (count: number) =>
    `Not plotted: ${count}, since the last hour is kept for ${mostPlotted} services only.`,
  unknownSizes: (sizes: string) =>
    `CPU limit unknown for instance sizes ${sizes}: only cores are shown, and AlaudaCpuNearLimit cannot fire. Add them to sizes in the settings file.`,
  probe: 'Probe',
  probeOf: (name: string) => `Probe ${name}: its metrics, read now`,
  graph: 'Graph',
  graphOf: (name: string) => `Graph of ${name} in Prometheus`,
  noInstances: 'No instances are known.',
  instancesOf: (name: string) => `Instances of ${name}`,
  instanceColumns: {
    name: 'Instance',
    values: 'Values',
    started: 'Started',
    cpu: 'CPU',
    memory: 'Memory',
    receive: 'Received',
    transmit: 'Sent',
    measured: 'Measured',
  },
  outcomes: { ok: 'Read', empty: 'None yet', gone: 'Ended', failed: 'Failed' },
  facts: { image: 'Image', size: 'Size', project: 'Project', space: 'Space', listed: 'Listed' },
  lastHour: { cpu: 'CPU cores, sum of the instances', memory: 'Memory, sum of the instances' },
  receive: 'Received',
  transmit: 'Sent',
  ago: (amount: number, unit: 's' | 'min' | 'h' | 'd') => `${amount} ${unit} ago`,
  /** What the API's words are called here; without an entry, as they are. */
  statuses,
}
