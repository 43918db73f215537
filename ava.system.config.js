import all from './ava.config.js'

// `npm run test:system`: what needs a browser, other programs, other releases of Node.js, much time or the machine's clock.
export default {
  ...all,
  files: ['e2e/test/**/*.test.ts', '!e2e/test/end-to-end.test.ts'],
  concurrency: 2,
  timeout: '20m', // without any result: at full size a property takes minutes, and several times that on a busy machine
}
