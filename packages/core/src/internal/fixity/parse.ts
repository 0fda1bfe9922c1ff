/** What a list of checksums says, whoever wrote it. */
import type { Algorithm, Checksum } from "../../Fixity.ts"

/** How many hexadecimal digits a checksum has. */
export const hexDigits: Readonly<Record<Algorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 }

const known = "(md5|sha1|sha256|sha512)"
const names = [
  new RegExp(`\\.${known}$`, "i"),
  new RegExp(`^${known}sums?(?:\\.txt)?$`, "i"),
  new RegExp(`^(?:checksums?|manifest)-${known}\\.txt$`, "i")
]

const isAlgorithm = (text: string): text is Algorithm => Object.hasOwn(hexDigits, text)

const algorithmNamed = (text: string | undefined): Algorithm | undefined => {
  const name = text?.toLowerCase().replace("-", "") ?? ""
  return isAlgorithm(name) ? name : undefined
}

/** What a file called so lists the checksums of, if it is a list. */
export const algorithmOf = (fileName: string): Algorithm | undefined =>
  algorithmNamed(names.map((name) => name.exec(fileName)?.[1]).find((found) => found !== undefined))

/** Checksums by the names of files, relative to the list, in Unicode's NFC with forward slashes. */
export interface Parsed {
  readonly checksums: ReadonlyMap<string, Checksum>
  readonly problems: ReadonlyArray<string>
}

/** Names are written by many systems: Unicode in any form, backslashes, `./` before them. */
export const normalized = (name: string): string =>
  name.normalize("NFC").replaceAll("\\", "/").replace(/^(?:\.\/+)+/, "").replace(/\/{2,}/g, "/")

/** `md5sum` puts a backslash before a line with escapes in its name. */
const unescaped = (name: string): string =>
  name.replace(/\\([\\nr])/g, (_, what: string) => what === "n" ? "\n" : what === "r" ? "\r" : "\\")

/** RFC 8493, 2.1.3: line ends and the percent sign itself. */
const percentDecoded = (name: string): string =>
  name.replace(/%(0A|0D|25)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Between checksum and name `md5sum` has a blank and its mark, which is a blank or `*`; others have blanks and tabs. */
const plain = /^(\\?)([0-9a-f]+)(?:(?: [ *]|[ \t]+\*?)(.+?))?[ \t]*$/i
const tagged = /^(\\?)([A-Za-z0-9-]+) ?\((.+)\) ?= ?([0-9a-f]+)[ \t]*$/i

interface Line {
  readonly algorithm: Algorithm | undefined
  readonly name: string | undefined
  readonly value: string
}

const parseLine = (line: string, algorithm: Algorithm): Line | undefined => {
  const bsd = tagged.exec(line)
  if (bsd !== null) {
    const [, escape, tag, name = "", value = ""] = bsd
    return { algorithm: algorithmNamed(tag), name: escape === "" ? name : unescaped(name), value }
  }
  const gnu = plain.exec(line)
  if (gnu === null) return undefined
  const [, escape, value = "", name] = gnu
  return { algorithm, name: name === undefined || escape === "" ? name : unescaped(name), value }
}

const comment = /^\s*(?:[#;]|\/\/|$)/

/**
 * Reads a list. `alone` is the file that a checksum without a name is of; `bagged` says that names are written as BagIt
 * writes them.
 */
export const parse = (
  text: string,
  algorithm: Algorithm,
  { alone, bagged }: { readonly alone: string | undefined; readonly bagged: boolean }
): Parsed => {
  const checksums = new Map<string, Checksum>()
  const problems: Array<string> = []
  const take = (line: Line, at: number) => {
    const written = line.name ?? alone
    if (written === undefined) return void problems.push(`line ${at} names no file`)
    if (line.algorithm === undefined || line.value.length !== hexDigits[line.algorithm]) {
      return void problems.push(`line ${at} has no ${line.algorithm ?? algorithm} checksum`)
    }
    const name = normalized(bagged ? percentDecoded(written) : written)
    const value = line.value.toLowerCase()
    if ((checksums.get(name)?.value ?? value) !== value) {
      return void problems.push(`line ${at} contradicts an earlier one`)
    }
    checksums.set(name, { algorithm: line.algorithm, value })
  }
  for (const [index, line] of text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).entries()) {
    if (comment.test(line)) continue
    const parsed = parseLine(line, algorithm)
    if (parsed === undefined) problems.push(`line ${index + 1} is no checksum and name`)
    else take(parsed, index + 1)
  }
  return { checksums, problems }
}
