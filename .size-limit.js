// How much of a bundle each package may be, its dependencies included, minified and compressed. Raise a limit knowingly.
const budget = (folder, limit, imported = '*') => ({
  name: `@alauda-exporter/${folder} ${imported}`,
  path: `packages/${folder}/dist/index.js`,
  import: imported,
  limit,
  modifyEsbuildConfig: (config) => ({ ...config, platform: 'node' }),
})

// biome-ignore lint/style/noDefaultExport: size-limit reads it so
export default [
  budget('alauda-client', '23.5 kB'),
  budget('collector', '37 kB'),
  // What only maps snapshots does not bring the client along: nothing runs on import.
  budget('collector', '17 kB', '{ families, toText }'),
  // A fourth of it is undici.
  budget('exporter-http', '330 kB'),
  budget('alauda-simulator', '17 kB'),
]
