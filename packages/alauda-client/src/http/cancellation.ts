/**
 * The end of a request that is not wanted any more: an `AbortController` that is made only for who reads its signal. Of the time of a
 * request, one with a listener takes a tenth.
 */
export class Cancellation {
  #controller: AbortController | undefined
  #callbacks: ReadonlyArray<(reason: unknown) => void> = none
  #isOver = false
  #reason: unknown

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Without a reason there is the platform's: an `AbortError`. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const callback of this.#callbacks) callback(reason)
    this.#callbacks = none
  }

  throwIfAborted(): void {
    if (this.#isOver) throw this.#reason
  }

  /** Calls back once when it ends, or at once when it has; the function that it returns calls that off. */
  onAbort(callback: (reason: unknown) => void): () => void {
    if (this.#isOver) callback(this.#reason)
    else this.#callbacks = [...this.#callbacks, callback]
    return () => {
      this.#callbacks = this.#callbacks.filter((other) => other !== callback)
    }
  }
}

const none: ReadonlyArray<never> = []
