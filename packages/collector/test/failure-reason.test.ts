import test from 'ava'
import { reasonOf } from '../src/failure-reason.js'
import type { Failure, FailureReason } from '../src/snapshot.js'

const call = { method: 'GET', url: 'http://cloud.example/v1/', message: '' }
const status = (status: number): Failure => ({ _tag: 'HttpError', ...call, status, firstLine: '' })
const broken = (cause: unknown): Failure => ({ _tag: 'UnexpectedError', message: '', cause })

const reasons: ReadonlyArray<readonly [FailureReason, Failure]> = [
  ['auth', { _tag: 'AuthError', ...call, status: 404 }],
  ['timeout', { _tag: 'TimeoutError', ...call, cause: undefined }],
  ['timeout', { _tag: 'AbortError', ...call, cause: undefined }],
  ['timeout', broken(new DOMException('the collection was not done within 100 ms', 'TimeoutError'))],
  ['network', { _tag: 'NetworkError', ...call, cause: undefined }],
  ['throttled', status(429)],
  ['server', status(500)],
  ['server', status(503)],
  ['server', status(404)],
  ['server', status(302)],
  ['decode', { _tag: 'DecodeError', ...call, mismatches: [] }],
  ['decode', { _tag: 'InvalidJson', ...call, contentType: 'text/html' }],
  ['decode', broken(new TypeError('not a function'))],
  ['limit', { _tag: 'LimitError', ...call, bound: 'pages', limit: 5 }],
]

for (const [reason, failure] of reasons) {
  test(`${failure._tag}${'status' in failure ? ` ${failure.status}` : ''} counts as ${reason}${'cause' in failure && failure.cause instanceof Error ? `: ${failure.cause.message}` : ''}`, (t) => {
    t.is(reasonOf(failure), reason)
  })
}
