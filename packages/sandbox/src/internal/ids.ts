/** Where the ids of jobs and uploads come from: from a seed the same in every run, or else random. */
import { randomBytes } from "node:crypto"
import * as SeededRandom from "./seededRandom.ts"

export interface Ids {
  /** An id of so many hexadecimal digits that is not taken. */
  readonly next: (digits: number, isTaken: (id: string) => boolean) => string
  /** Starts a seeded sequence again. */
  readonly restart: () => void
}

const untilFree = (make: () => string, isTaken: (id: string) => boolean): string => {
  for (;;) {
    const id = make()
    if (!isTaken(id)) return id
  }
}

const DIGITS = "0123456789abcdef"

export const make = (seed: number | undefined): Ids => {
  if (seed === undefined) {
    return {
      next: (digits, isTaken) => untilFree(() => randomBytes(digits / 2).toString("hex"), isTaken),
      restart: () => {}
    }
  }
  let random = SeededRandom.make(seed)
  const digit = () => DIGITS[Math.floor(random() * DIGITS.length)] ?? "0"
  return {
    next: (digits, isTaken) => untilFree(() => Array.from({ length: digits }, digit).join(""), isTaken),
    restart: () => {
      random = SeededRandom.make(seed)
    }
  }
}
