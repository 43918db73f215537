import './scripts/install.js'

// Not before what it needs is installed.
const { compile } = await import('./scripts/compile.js')
await compile()

const folders = ['packages', 'examples', 'e2e']

// All tests, so that `npx ava FILE` runs any file of them. The two suites are ava.test.config.js and ava.system.config.js.
export default {
  files: folders.map((folder) => `${folder}/**/test/**/*.test.ts`),
  typescript: {
    compile: false,
    rewritePaths: Object.fromEntries(folders.map((folder) => [`${folder}/`, `.compiled/${folder}/`])),
  },
  workerThreads: false, // tests send signals to themselves, and measure their own process
  concurrency: 3, // many tests wait for what other programs do, and use no processor meanwhile
  timeout: '5m', // for a busy machine: no test is meant to take longer than seconds
}
