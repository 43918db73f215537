import { writeDecimal } from './decimal.js'
import { escapeQuoted, numberText } from './parts.js'

/**
 * Texts in UTF-8, each in words of eight bytes: to copy them word by word takes three quarters of the time of `Uint8Array.set`, and
 * one array for many texts a third of the memory of an array for each. No word is a NaN, of which the bytes might change: after a byte
 * from F0 on, UTF-8 has neither 7F nor FF.
 */
export interface PreparedTexts {
  readonly words: Float64Array
  /** The first word of each text. */
  readonly starts: Uint32Array
  /** How many bytes each text has. */
  readonly lengths: Uint32Array
}

/** Values of subjects, and what their lines begin with. */
export interface Column<Subject> {
  /** A single text. */
  readonly name: PreparedTexts
  /** Those of all subjects, {@link textsTogether} in each: all that stands between a line's name and its value. */
  readonly labels: ReadonlyArray<PreparedTexts>
  readonly subjects: ReadonlyArray<Subject>
  /** Absent for a subject without a line. */
  readonly value: (subject: Subject) => number | undefined
}

/** How many labels are prepared together. */
export const textsTogether = 256

/** Writes text, numbers and prepared texts one after the other, in UTF-8. */
export class PageWriter {
  readonly #encoder = new TextEncoder()
  #buffer = new Uint8Array(64 * 1024)
  #view = new DataView(this.#buffer.buffer)
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

  /** One of the prepared texts, but for so many bytes at its end. */
  prepared({ words, starts, lengths }: PreparedTexts, index: number, without = 0): void {
    const length = lengths[index] ?? 0
    this.#reserve(length + bytesOfWord)
    writeWords(this.#view, this.#length, words, starts[index] ?? 0, length)
    this.#length += length - without
  }

  /**
   * A line without a time for each subject that has a value, from one index to before another. One loop over local variables takes
   * two thirds of the time of a call for each line.
   */
  column<Subject>({ name, labels, subjects, value }: Column<Subject>, from: number, to: number): void {
    const [nameLength = 0] = name.lengths
    let view = this.#view
    let end = this.#length
    for (let index = from; index < to; index += 1) {
      const subject = subjects[index]
      const texts = labels[Math.floor(index / textsTogether)]
      const present = subject && value(subject)
      if (present === undefined || texts === undefined) continue
      const place = index % textsTogether
      const length = texts.lengths[place] ?? 0
      const most = nameLength + length + longestNumber
      if (end + most > view.byteLength) {
        this.#length = end
        this.#reserve(most)
        view = this.#view
      }
      writeWords(view, end, name.words, 0, nameLength)
      end += nameLength
      writeWords(view, end, texts.words, texts.starts[place] ?? 0, length)
      end += length
      const afterNumber = writeDecimal(view, end, present)
      end = afterNumber < 0 ? writeText(view, end, numberText(present)) : afterNumber
      view.setUint8(end, newline)
      end += 1
    }
    this.#length = end
  }

  newline(): void {
    this.#reserve(1)
    this.#buffer[this.#length] = newline
    this.#length += 1
  }

  /** As {@link numberText} has it. */
  number(value: number): void {
    this.#reserve(longestNumber)
    const end = writeDecimal(this.#view, this.#length, value)
    this.#length = end < 0 ? writeText(this.#view, this.#length, numberText(value)) : end
  }

  /** Zeros to the next whole word. */
  fillWord(): void {
    this.#reserve(bytesOfWord)
    const end = Math.ceil(this.#length / bytesOfWord) * bytesOfWord
    this.#buffer.fill(0, this.#length, end)
    this.#length = end
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
    this.#view = new DataView(larger.buffer)
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

/** Prepares texts to be written again and again. */
export const prepareTexts = (texts: ReadonlyArray<string>): PreparedTexts => {
  const starts = new Uint32Array(texts.length)
  const lengths = new Uint32Array(texts.length)
  scratch.cutTo(0)
  for (const [index, text] of texts.entries()) {
    const start = scratch.length
    scratch.text(text)
    starts[index] = start / bytesOfWord
    lengths[index] = scratch.length - start
    scratch.fillWord()
  }
  return { words: new Float64Array(scratch.copy().buffer), starts, lengths }
}

const bytesOfWord = 8

// Used from its beginning to its end by one call at a time.
const scratch = new PageWriter()

/** Writes whole words: what comes after the text is written over by what follows it. */
const writeWords = (view: DataView, start: number, words: Float64Array, first: number, length: number): void => {
  let word = first
  for (let at = start; at < start + length; at += bytesOfWord) {
    view.setFloat64(at, words[word] ?? 0, true)
    word += 1
  }
}

/** Writes a text of ASCII, and gives where it ends. */
const writeText = (view: DataView, start: number, text: string): number => {
  for (let index = 0; index < text.length; index += 1) view.setUint8(start + index, text.charCodeAt(index))
  return start + text.length
}

// `-2.2250738585072014e-308` and a newline, or a word.
const longestNumber = 32
const mostCopied = 48
const [newline, quote, backslash] = [10, 34, 92]
