import test from 'ava'
import fc from 'fast-check'
import { subjectAltNames } from '../../src/web-config/certificates.js'

test('tells the names that Go looks at, and addresses in the form of Go', (t) => {
  const text =
    'DNS:a.example, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.c, URI:spiffe://a/b, othername:<unsupported>, Registered ID:1.2.3, DirName:CN=x'
  t.deepEqual(subjectAltNames(text), ['a.example', '127.0.0.1', '2001:db8::1', 'a@b.c', 'spiffe://a/b'])
  t.deepEqual(subjectAltNames(''), [])
  t.deepEqual(subjectAltNames(undefined), [])
})

test('a name in quotes is one name, whatever is in it', (t) => {
  t.deepEqual(subjectAltNames('DNS:"a\\u002c DNS:b", DNS:"c\\"\\u002c DNS:d", DNS:e'), ['a, DNS:b', 'c", DNS:d', 'e'])
  t.deepEqual(subjectAltNames('DNS:"a, DNS:b", DNS:c'), ['a, DNS:b', 'c'])
})

test('an absurd certificate has no names, rather than an exception', (t) => {
  t.deepEqual(subjectAltNames('DNS:"\\x", IP Address:<invalid>'), ['', '<invalid>'])
  fc.assert(
    fc.property(fc.constantFrom('', 'DNS:', 'IP Address:', 'DNS:"', 'URI:a, DNS:'), fc.string(), (kind, text) => {
      t.notThrows(() => subjectAltNames(kind + text))
    }),
  )
})
