/** Random but repeatable choices, and the JSON that they make. */

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export type Fields = { readonly [key: string]: Json }

/** A sequence of numbers that a seed determines. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A number from 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    const a = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 4_294_967_296
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  is(chance: number): boolean {
    return this.next() < chance
  }

  pick<T>(list: ReadonlyArray<T>): T {
    const found = list[this.below(list.length)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }

  some<T>(least: number, most: number, make: (index: number) => T): ReadonlyArray<T> {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index))
  }
}
