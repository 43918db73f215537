export default {
  files: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx', '--conditions=source'],
  workerThreads: false, // tsx does not reach into worker threads
  concurrency: 4, // many tests wait for what other programs do, and use no processor meanwhile
  timeout: '60s',
}
