// The allowed directions of imports. `npm run check:imports` enforces them.
const inside = (name) => `^packages/${name}/src/`

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'client-stands-alone',
      comment: 'alauda-client stands on its own.',
      severity: 'error',
      from: { path: inside('alauda-client') },
      to: { path: '^packages/(?!alauda-client/)' },
    },
    {
      name: 'client-rooms',
      comment:
        'cloud/ → limits/ → http/: what sends a request knows no API, but the names under which requests are counted.',
      severity: 'error',
      from: { path: '^packages/alauda-client/src/(http|limits)/' },
      to: { path: '^packages/alauda-client/src/cloud/(?!endpoints\\.ts$)' },
    },
    {
      name: 'http-has-no-limits',
      comment: 'Limits are put around requests from outside.',
      severity: 'error',
      from: { path: '^packages/alauda-client/src/http/' },
      to: { path: '^packages/alauda-client/src/limits/' },
    },
    {
      name: 'collector-knows-the-client-only',
      comment: 'exporter-http → collector → alauda-client, never back.',
      severity: 'error',
      from: { path: inside('collector') },
      to: { path: '^packages/(?!collector/|alauda-client/)' },
    },
    {
      name: 'simulator-stands-alone',
      comment: 'The simulator is a second opinion on the wire: it may not share code with the client that it checks.',
      severity: 'error',
      from: { path: inside('alauda-simulator') },
      to: { path: '^packages/(?!alauda-simulator/)' },
    },
    {
      name: 'mapping-is-pure',
      comment: 'families/ and exposition/ import types, checks of options and each other: no I/O.',
      severity: 'error',
      from: { path: '^packages/collector/src/(families|exposition)/' },
      to: {
        pathNot:
          '^packages/(alauda-client/src/options|collector/src/(families|exposition|family|limits|snapshot|newest|service-labels|warnings))',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'nobody-knows-the-source',
      comment: 'Families, exposition, registries and the page read the model. Only collector.ts chooses a source.',
      severity: 'error',
      from: { path: inside('collector'), pathNot: '/src/(sources/|collector\\.ts|collector-config\\.ts|index\\.ts)' },
      to: { path: '^packages/collector/src/sources/(?!source\\.ts)' },
    },
    {
      name: 'collector-has-no-metrics-library',
      comment: 'register.ts talks to registries by their shape alone.',
      severity: 'error',
      from: { path: inside('collector') },
      to: { path: 'prom-client|@prometheus-io/client' },
    },
    {
      name: 'toolkit-knows-no-alauda',
      comment:
        'toolkit/ would serve any exporter in Node.js: it knows neither the cloud nor the settings, and shares turns and texts with the client.',
      severity: 'error',
      from: { path: '^packages/exporter-http/src/toolkit/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/(exporter-http/src/toolkit/|alauda-client/src/(turns|list|limits/semaphore|options)\\.ts$)',
      },
    },
    {
      name: 'status-knows-no-settings',
      comment:
        'status/ shows snapshots, and runs in browsers: it knows neither settings nor routes, but for their paths.',
      severity: 'error',
      from: { path: '^packages/exporter-http/src/status/' },
      to: { path: '^packages/exporter-http/src/(?!status/|paths\\.ts$)' },
    },
    {
      name: 'index-is-for-others',
      comment: 'Inside a package, import the file that has it, not the index.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/$1/src/index\\.ts$' },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^(packages|examples)/[^/]+/src/' },
      to: { path: '/test/' },
    },
    {
      name: 'packages-stand-alone',
      comment: 'A package is built and tested without what surrounds it.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(bench|deploy|e2e|examples|scripts|testing)/' },
    },
    {
      name: 'testing-is-shared',
      comment: 'What scripts/ and e2e/ both need is in testing/.',
      severity: 'error',
      from: { path: '^(scripts|testing)/' },
      to: { path: '^e2e/' },
    },
    {
      name: 'tests-import-no-scripts',
      severity: 'error',
      from: { path: '^(e2e|testing)/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
}
