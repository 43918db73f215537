import { longestDecimal, writeDecimal } from './decimal.js'
import { escapeQuoted, numberText } from './parts.js'

/** Writes text, numbers and prepared bytes one after the other, in UTF-8. */
export class PageWriter {
  readonly #encoder = new TextEncoder()
  #buffer = new Uint8Array(64 * 1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  text(text: string): void {
    // A UTF-16 code unit takes at most three bytes.
    this.#reserve(3 * text.length)
    if (text.length > mostCopied || !this.#copied(text, false)) {
      this.#length += this.#encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written
    }
  }

  /** A text between quotes, as {@link escapeQuoted} has it. */
  quoted(text: string): void {
    this.#reserve(3 * text.length)
    if (text.length > mostCopied || !this.#copied(text, true)) this.text(escapeQuoted(text))
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A line of a sample without a time. */
  line(name: Uint8Array, labels: Uint8Array, value: number): void {
    this.#reserve(name.length + labels.length + longestDecimal)
    const afterName = this.#length + name.length
    this.#buffer.set(name, this.#length)
    this.#buffer.set(labels, afterName)
    this.#length = afterName + labels.length
    this.number(value)
    this.newline()
  }

  newline(): void {
    this.#reserve(1)
    this.#buffer[this.#length] = newline
    this.#length += 1
  }

  /** As {@link numberText} has it. */
  number(value: number): void {
    this.#reserve(longestDecimal)
    const end = writeDecimal(this.#buffer, this.#length, value)
    if (end < 0) this.text(numberText(value))
    else this.#length = end
  }

  /** Drops what was written after this length. */
  cutTo(length: number): void {
    this.#length = length
  }

  /** What was written, until more is. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length)
  }

  copy(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length)
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, needed))
    larger.set(this.#buffer)
    this.#buffer = larger
  }

  /** Whether it wrote a text of ASCII: for short ones, that takes a third of the time of a call of the encoder. */
  #copied(text: string, isQuoted: boolean): boolean {
    const buffer = this.#buffer
    const start = this.#length
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 127 || (isQuoted && (code === quote || code === backslash || code === newline))) return false
      buffer[start + index] = code
    }
    this.#length = start + text.length
    return true
  }
}

const mostCopied = 48
const [newline, quote, backslash] = [10, 34, 92]
