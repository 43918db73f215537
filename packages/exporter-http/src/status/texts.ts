export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export const isLanguage = (text: string | null | undefined): text is Language => text === 'en' || text === 'zh'

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
  readonly duplicates: (count: number) => string
  readonly services: string
  readonly shownOf: (shown: number, all: number) => string
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
  readonly cpuOf: (name: string) => string
  readonly memoryOf: (name: string) => string
  readonly plotOf: (what: string, minutes: number, low: string, high: string, last: string) => string
  readonly noPlot: string
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
  readonly facts: Readonly<Record<'image' | 'project' | 'space' | 'listed', string>>
  readonly lastHour: Readonly<Record<'cpu' | 'memory', string>>
  readonly receive: string
  readonly transmit: string
  readonly ago: (amount: number, unit: 's' | 'min' | 'h' | 'd') => string
  readonly statuses: Readonly<Record<string, string>>
}

const en: Texts = {
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
  version: (version) => `Version ${version}`,
  live: 'Live',
  paused: 'Paused while hidden',
  notReachable: (since) => `The exporter is not reachable since ${since}. What is shown is from then.`,
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
  lastSuccess: 'Last read whole',
  instanceFailures: (count) =>
    count === 1 ? 'The values of 1 instance could not be read:' : `The values of ${count} instances could not be read:`,
  leftOut: (count) => `Left out, because there are more than --collect.max-instances: ${count}.`,
  duplicates: (count) => `Left out, because newer ones bear the same labels: ${count}.`,
  services: 'Services',
  shownOf: (shown, all) => (shown === all ? `${all} shown` : `${shown} of ${all} shown`),
  noServices: 'No services are known.',
  nothingMatches: 'No service is like that.',
  columns: {
    name: 'Service',
    status: 'Status',
    region: 'Region',
    instances: 'Instances',
    cpu: 'CPU',
    memory: 'Memory',
    network: 'Network',
    links: 'Look at',
  },
  hints: {
    name: 'Name of the service, and its namespace',
    status: 'As the cloud tells it',
    region: 'Where it runs',
    instances: 'Running / wanted',
    cpu: 'Share of the CPU limit in use, mean of the instances; the line is the last hour',
    memory:
      'Memory in use, sum of the instances; the bar is the share of the limit, mean of the instances; the line is the last hour',
    network: 'Bytes received ↓ and sent ↑ in a second, sum of the instances',
  },
  filterName: 'Name',
  filterNamePlaceholder: 'Part of a name',
  filterStatus: 'Status',
  filterRegion: 'Region',
  any: 'Any',
  apply: 'Filter',
  clear: 'Show all',
  cpuOf: (name) => `CPU of ${name}`,
  memoryOf: (name) => `Memory of ${name}`,
  plotOf: (what, minutes, low, high, last) => `${what}, last ${minutes} min: between ${low} and ${high}, last ${last}`,
  noPlot: 'Nothing to plot yet',
  probe: 'Probe',
  probeOf: (name) => `Probe ${name}: its metrics, read now`,
  graph: 'Graph',
  graphOf: (name) => `Graph of ${name} in Prometheus`,
  noInstances: 'No instances are known.',
  instancesOf: (name) => `Instances of ${name}`,
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
  facts: { image: 'Image', project: 'Project', space: 'Space', listed: 'Listed' },
  lastHour: { cpu: 'CPU, mean of the instances', memory: 'Memory, sum of the instances' },
  receive: 'Received',
  transmit: 'Sent',
  ago: (amount, unit) => `${amount} ${unit} ago`,
  statuses: {},
}

const zh: Texts = {
  tag: 'zh-Hans',
  title: 'Alauda Exporter',
  subtitle: '灵雀云服务的 Prometheus 指标',
  links: { metrics: '指标', healthy: '是否存活？', ready: '是否就绪？', discovery: '服务发现', api: 'JSON' },
  linksName: '本导出器',
  languageName: '语言',
  version: (version) => `版本 ${version}`,
  live: '实时',
  paused: '页面隐藏时暂停',
  notReachable: (since) => `自 ${since} 起无法连接导出器。以下为当时的数据。`,
  totals: { namespaces: '个命名空间正常', services: '个服务', instances: '个实例运行中', failed: '个实例读取失败' },
  collections: '采集',
  collectionColumns: {
    account: '账号',
    namespace: '命名空间',
    state: '状态',
    last: '上次采集',
    took: '耗时',
    share: '占采集间隔',
    calls: '累计 API 调用',
    services: '服务',
    failed: '失败的实例',
  },
  collectionHints: {
    share: '上次采集耗时占采集间隔的比例；达到 100 % 后采集会延迟',
    calls: '启动以来向 API 发出的请求数，按整个账号计',
    failed: '上次采集中未能读到数值的实例',
  },
  up: '正常',
  down: '异常',
  waiting: '尚未采集',
  lastSuccess: '上次完整读取：',
  instanceFailures: (count) => `${count} 个实例的数值未能读取：`,
  leftOut: (count) => `因超出 --collect.max-instances 而略去：${count}。`,
  duplicates: (count) => `因有标签相同的更新对象而略去：${count}。`,
  services: '服务',
  shownOf: (shown, all) => (shown === all ? `共 ${all} 个` : `显示 ${shown} 个，共 ${all} 个`),
  noServices: '没有已知的服务。',
  nothingMatches: '没有符合条件的服务。',
  columns: {
    name: '服务',
    status: '状态',
    region: '区域',
    instances: '实例',
    cpu: 'CPU',
    memory: '内存',
    network: '网络',
    links: '查看',
  },
  hints: {
    name: '服务名称及其命名空间',
    status: '云端给出的状态',
    region: '运行所在区域',
    instances: '运行中 / 期望',
    cpu: '已用 CPU 占限额的比例，取各实例平均值；曲线为最近一小时',
    memory: '已用内存，取各实例之和；条形为占限额的比例，取各实例平均值；曲线为最近一小时',
    network: '每秒接收 ↓ 与发送 ↑ 的字节数，取各实例之和',
  },
  filterName: '名称',
  filterNamePlaceholder: '名称的一部分',
  filterStatus: '状态',
  filterRegion: '区域',
  any: '不限',
  apply: '筛选',
  clear: '全部显示',
  cpuOf: (name) => `${name} 的 CPU`,
  memoryOf: (name) => `${name} 的内存`,
  plotOf: (what, minutes, low, high, last) =>
    `${what}，最近 ${minutes} 分钟：介于 ${low} 与 ${high} 之间，最新 ${last}`,
  noPlot: '暂无曲线',
  probe: '探测',
  probeOf: (name) => `探测 ${name}：立即读取其指标`,
  graph: '图表',
  graphOf: (name) => `在 Prometheus 中查看 ${name} 的图表`,
  noInstances: '没有已知的实例。',
  instancesOf: (name) => `${name} 的实例`,
  instanceColumns: {
    name: '实例',
    values: '数值',
    started: '启动',
    cpu: 'CPU',
    memory: '内存',
    receive: '接收',
    transmit: '发送',
    measured: '测量',
  },
  outcomes: { ok: '已读取', empty: '暂无', gone: '已结束', failed: '失败' },
  facts: { image: '镜像', project: '项目', space: '空间', listed: '列出' },
  lastHour: { cpu: 'CPU，各实例平均值', memory: '内存，各实例之和' },
  receive: '接收',
  transmit: '发送',
  ago: (amount, unit) => `${amount} ${{ s: '秒', min: '分钟', h: '小时', d: '天' }[unit]}前`,
  statuses: { Running: '运行中', Stopped: '已停止', Starting: '启动中', Deploying: '部署中', Error: '错误' },
}

export const texts: Readonly<Record<Language, Texts>> = { en, zh }
