import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { type ListenAddress, listenAddress } from '../../src/settings/listen-address.js'

test('a port alone means every address of the machine', (t) => {
  t.deepEqual(listenAddress.parse(':10104'), E.right({ port: 10104 }))
  t.deepEqual(listenAddress.parse(':0'), E.right({ port: 0 }))
})

test('a host is an IPv4 address, a name, or an IPv6 address in brackets', (t) => {
  t.deepEqual(listenAddress.parse('127.0.0.1:80'), E.right({ host: '127.0.0.1', port: 80 }))
  t.deepEqual(listenAddress.parse('localhost:65535'), E.right({ host: 'localhost', port: 65535 }))
  t.deepEqual(listenAddress.parse('[::1]:80'), E.right({ host: '::1', port: 80 }))
  t.deepEqual(listenAddress.parse('[::ffff:127.0.0.1]:80'), E.right({ host: '::ffff:127.0.0.1', port: 80 }))
  t.deepEqual(listenAddress.parse('[FE80::1]:80'), E.right({ host: 'FE80::1', port: 80 }))
  t.deepEqual(listenAddress.parse('[fe80::1%eth0.1]:80'), E.right({ host: 'fe80::1%eth0.1', port: 80 }))
})

test('refuses everything else, and says what would be right', (t) => {
  const texts = [
    '',
    '10104',
    ':',
    'localhost',
    'localhost:',
    '::1:80',
    '[::1]',
    '[]:80',
    '[fe80::1%]:80',
    '[%eth0]:80',
    '[localhost]:80',
    '[::1:80',
    '::1]:80',
  ]
  const ports = [
    ':65536',
    ':-1',
    ':+1',
    ':1.5',
    ':1e3',
    ':http',
    ':80 ',
    ' :80',
    ':80\n',
    ':８０',
    'a b:80',
    'http://localhost:80',
  ]
  for (const text of [...texts, ...ports]) {
    t.deepEqual(
      listenAddress.parse(text),
      E.left('must be an address like :10104, 127.0.0.1:10104 or [::1]:10104'),
      JSON.stringify(text),
    )
  }
})

const format = ({ host = '', port }: ListenAddress) => `${host.includes(':') ? `[${host}]` : host}:${port}`

test('any address, written down, is read as itself', (t) => {
  const addresses = fc.record(
    { host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), port: fc.integer({ min: 0, max: 65535 }) },
    { requiredKeys: ['port'] },
  )
  fc.assert(
    fc.property(addresses, (address) => {
      t.deepEqual(listenAddress.parse(format(address)), E.right(address))
    }),
  )
})

test('whatever is accepted has a port that can be listened on', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\[?[0-9a-f:.]{0,6}\]?:\d{1,6}$/)), (text) => {
      const result = listenAddress.parse(text)
      if (E.isLeft(result)) t.is(result.left, 'must be an address like :10104, 127.0.0.1:10104 or [::1]:10104')
      else t.true(Number.isInteger(result.right.port) && result.right.port >= 0 && result.right.port <= 65535)
    }),
  )
})
