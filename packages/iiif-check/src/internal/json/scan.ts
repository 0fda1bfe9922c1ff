/** A part of a text: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What keeps a text from being JSON, and where. */
export interface Fault {
  readonly at: number
  readonly problem: string
}

/**
 * Values whose places are wanted, by the keys and indexes that lead to them. `span` is where a value was found last,
 * from its key, or from its beginning if it has none.
 */
export interface Wanted {
  readonly below: Map<string | number, Wanted>
  span?: Span
}

/** A list or object that is open: its closing bracket, and the number of the current item. */
interface Open {
  readonly close: number
  readonly wanted: Wanted | undefined
  readonly start: number
  index: number
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const closes = new Map([[0x5b, 0x5d], [0x7b, 0x7d]])
const closeList = 0x5d

const escape = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const literal = /true|false|null/y
/** What is read on as one word in a message. */
const word = /[^\s,:[\]{}"]{1,20}/y

/** Where a sticky pattern ends at a place, or -1. */
const matchEnd = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Follows the grammar of RFC 8259 with a stack of its own, so that no depth of nesting is too much. */
class Scanner {
  #at = 0
  #fault: Fault | undefined
  readonly #text: string
  readonly #open: Array<Open> = []
  /** Of the value that comes next: where its property begins, if it is one, and whether its place is wanted. */
  #start: number | undefined
  #wanted: Wanted | undefined

  constructor(text: string, root: Wanted) {
    this.#text = text
    this.#wanted = root
  }

  run(): Fault | undefined {
    let isBefore = true
    while (this.#fault === undefined) {
      const code = this.#next()
      if (isBefore) isBefore = this.#value(code)
      else if (this.#open.length === 0) return this.#end()
      else isBefore = this.#after(code)
    }
    return this.#fault
  }

  /** Skips white space, and returns what is there, or NaN at the end of the text. */
  #next(): number {
    let code = this.#text.charCodeAt(this.#at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.#text.charCodeAt(++this.#at)
    return code
  }

  #end(): Fault | undefined {
    return this.#at === this.#text.length ? undefined : this.#fail("the end of the text")
  }

  /** Reads a value that is none of others, or enters it. Returns whether a value comes next. */
  #value(code: number): boolean {
    const start = this.#start ?? this.#at
    const close = closes.get(code)
    if (close === undefined) {
      this.#scalar(code)
      this.#found(this.#wanted, start)
      return false
    }
    this.#at++
    this.#open.push({ close, wanted: this.#wanted, start, index: -1 })
    return this.#next() === close ? this.#leave() : this.#item()
  }

  #found(wanted: Wanted | undefined, start: number): void {
    if (wanted !== undefined) wanted.span = { start, end: this.#at }
  }

  #scalar(code: number): void {
    if (code === quote) return this.#string()
    const end = Math.max(matchEnd(number, this.#text, this.#at), matchEnd(literal, this.#text, this.#at))
    if (end < 0) this.#fail("a value")
    else this.#at = end
  }

  /** Reads what follows a value within a list or object. */
  #after(code: number): boolean {
    const close = this.#open.at(-1)?.close
    if (code === close) return this.#leave()
    if (code !== comma) {
      this.#fail(close === closeList ? "a comma or ]" : "a comma or }")
      return false
    }
    const at = this.#at++
    if (this.#next() !== close) return this.#item()
    this.#fault = { at, problem: `there is a comma before ${close === closeList ? "]" : "}"}` }
    return false
  }

  #leave(): boolean {
    this.#at++
    const open = this.#open.pop()
    if (open !== undefined) this.#found(open.wanted, open.start)
    return false
  }

  /** Prepares for the next item of a list, or reads the key of the next property. */
  #item(): boolean {
    const open = this.#open.at(-1)
    if (open === undefined) return false
    if (open.close !== closeList) return this.#key(open.wanted)
    this.#start = undefined
    this.#wanted = open.wanted?.below.get(++open.index)
    return true
  }

  #key(wanted: Wanted | undefined): boolean {
    const start = this.#at
    if (this.#text.charCodeAt(start) !== quote) this.#fail("a key in double quotes")
    else this.#string()
    if (this.#fault !== undefined) return false
    const written = wanted === undefined || wanted.below.size === 0 ? "" : this.#text.slice(start, this.#at)
    if (this.#next() !== colon) this.#fail("a colon")
    this.#at++
    this.#start = start
    this.#wanted = written === "" ? undefined : wanted?.below.get(String(JSON.parse(written)))
    return this.#fault === undefined
  }

  #string(): void {
    for (let at = this.#at + 1;;) {
      const code = this.#text.charCodeAt(at)
      if (code === quote) return void (this.#at = at + 1)
      if (code === backslash) {
        const end = matchEnd(escape, this.#text, at)
        if (end < 0) return void (this.#fault = { at, problem: "there is no such escape as the one here" })
        at = end
      } else if (code >= 0x20) at++
      else return this.#unfinished(at, code)
    }
  }

  /** A string that the text or the line ends in, or that has another control character in it. */
  #unfinished(at: number, code: number): void {
    const problem = Number.isNaN(code) || code === 0x0a || code === 0x0d
      ? "the string has no end"
      : "a control character in a string is not escaped"
    this.#fault = { at: Number.isNaN(code) || code === 0x0a || code === 0x0d ? this.#at : at, problem }
  }

  #fail(expected: string): Fault {
    const at = this.#at
    const end = Math.max(matchEnd(word, this.#text, at), at + 1)
    const found = at >= this.#text.length ? "the text ends here" : `here is ${this.#text.slice(at, end)}`
    return this.#fault = { at, problem: `${found}, where ${expected} should be` }
  }
}

/** Scans a text for the places of the wanted values, or up to what keeps it from being JSON. */
export const scan = (text: string, root: Wanted): Fault | undefined => new Scanner(text, root).run()
