import { Writable } from 'node:stream'
import test from 'ava'
import { writerTo } from '../../src/commands/io.js'

/** A stream on which each write ends like this. */
const streamOf = (write: (text: string, done: (error?: Error) => void) => void): Writable =>
  new Writable({ autoDestroy: false, write: (chunk, _, done) => write(String(chunk), done) })

const failure = (code: string) => Object.assign(new Error(code), { code })

test('a reader that has gone has seen enough; any other failure is one', async (t) => {
  await t.notThrowsAsync(
    writerTo(
      streamOf((_, done) => done(failure('EPIPE'))),
      10,
    )('page'),
  )
  await t.throwsAsync(
    writerTo(
      streamOf((_, done) => done(failure('ENOSPC'))),
      10,
    )('page'),
    { code: 'ENOSPC' },
  )
  const throwing = streamOf(() => {
    throw failure('EIO')
  })
  await t.throwsAsync(writerTo(throwing, 10)('page'), { code: 'EIO' })
})

test('while a reader does not read, no more than so much waits for it; the rest is dropped', async (t) => {
  const written: string[] = []
  let read = () => {}
  const stream = streamOf((text, done) => {
    written.push(text)
    read = done
  })
  const write = writerTo(stream, 10)
  void write('first')
  const second = write('second')
  await write('third')
  t.is(stream.writableLength, 11)
  read()
  read()
  await second
  t.deepEqual(written, ['first', 'second'])
  void write('fourth')
  read()
  t.deepEqual(written, ['first', 'second', 'fourth'])
})
