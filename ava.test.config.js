import all from './ava.config.js'

// `npm test`: the tests of packages and examples, and one path from the cloud through the exporter to the real Prometheus.
export default {
  ...all,
  files: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'e2e/test/end-to-end.test.ts'],
}
