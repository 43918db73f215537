import { gunzipSync } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { type BodyPart, partOf } from '../../src/toolkit/body.js'
import { createCompression } from '../../src/toolkit/compressed.js'
import { createPartsGzip } from '../../src/toolkit/gzip-parts.js'
import { reply } from '../../src/toolkit/handler.js'
import { asked, bytesOf, textOf } from '../helpers/asked.js'

/** A part that counts how often it is made, and whose bytes are others after each reading. */
const countedPart = (content: Uint8Array) => {
  const state = { made: 0 }
  const shared = new Uint8Array(content.length)
  const part: BodyPart = {
    length: content.length,
    bytes: () => {
      state.made += 1
      return content.slice()
    },
    read: (use) => {
      state.made += 1
      shared.set(content)
      const result = use(shared)
      shared.fill(0)
      return result
    },
  }
  return { state, part }
}

const textPart = (text: string) => countedPart(Buffer.from(text))

const line = (index: number) => `memory_usage{service="web",instance="web.${index}"} ${index * 7919}\n`
const longText = Array.from({ length: 2000 }, (_, index) => line(index)).join('')

/** The members of a gzip file, by their headers: the content of one is none here. */
const isOneMember = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 4) === gunzipSync(bytes).length

test('whatever the parts, they are one gzip member with the content of all', async (t) => {
  const contents = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: 1, maxLength: 50 }).map((some) => Buffer.concat(Array(600).fill(some))),
    ),
    { maxLength: 5 },
  )
  const gzip = createPartsGzip(2)
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(5), async (given, from) => {
      const parts = given.map((content) => countedPart(content).part)
      // The second time some are known, and stand elsewhere.
      for (const some of [parts, [...parts.slice(from), ...parts.slice(0, from)], parts]) {
        const body = bytesOf(await gzip(some))
        t.deepEqual(gunzipSync(body), bytesOf(some))
        t.true(isOneMember(body))
      }
    }),
  )
})

test('a part is read once as long as it stands where it stood, and what is fresh each time', async (t) => {
  const gzip = createPartsGzip(2)
  const [first, second] = [textPart(longText), textPart(longText.toUpperCase())]
  for (const fresh of ['a 1\n', 'a 2\n', 'a 3\n']) {
    const parts = await gzip([first.part, second.part, partOf(Buffer.from(fresh))])
    t.is(gunzipSync(bytesOf(parts)).toString(), `${longText}${longText.toUpperCase()}${fresh}`)
  }
  t.deepEqual([first.state.made, second.state.made], [1, 1])
})

test('scrapes at the same time share the work, and the memory of what comes of it', async (t) => {
  const gzip = createPartsGzip(2)
  const { part, state } = textPart(longText)
  const bodies = await Promise.all(Array.from({ length: 40 }, () => gzip([part])))
  t.is(state.made, 1)
  t.is(new Set(bodies.map(([, deflated]) => deflated)).size, 1)
})

test('a part that cannot be read fails its response, and not the next one', async (t) => {
  const { part } = textPart(longText)
  let isBroken = true
  const broken: BodyPart = {
    ...part,
    read: (use) => {
      if (isBroken) throw new Error('no memory')
      return part.read(use)
    },
  }
  const respond = createCompression()(async () => reply(200, 'text/plain', [broken]))
  const request = asked({ 'accept-encoding': 'gzip' })
  const plain = await respond(request)
  t.is(plain.headers['content-encoding'], undefined)
  t.is(textOf(plain.body), longText)
  isBroken = false
  t.is(gunzipSync(bytesOf((await respond(request)).body)).toString(), longText)
})

test('a client that wants the plain page gets the same bytes', async (t) => {
  const parts = [textPart(longText).part, textPart('a 1\n').part]
  const respond = createCompression()(async () => reply(200, 'text/plain', parts))
  t.is(textOf((await respond(asked())).body), `${longText}a 1\n`)
})
