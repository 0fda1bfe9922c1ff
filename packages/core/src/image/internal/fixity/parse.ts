/** What a list of checksums says, whoever wrote it. */
import { type Algorithm, type Checksum, hexDigits } from "./model.ts"

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

/** What a file called so lists the checksums of, if it is a list. macOS puts a `._` file of its own beside others. */
export const algorithmOf = (fileName: string): Algorithm | undefined =>
  fileName.startsWith("._")
    ? undefined
    : algorithmNamed(names.map((name) => name.exec(fileName)?.[1]).find((found) => found !== undefined))

/**
 * Checksums by the names of files, relative to the list, in Unicode's NFC with forward slashes; and those without a name.
 */
export interface Parsed {
  readonly named: ReadonlyMap<string, ReadonlyArray<Checksum>>
  readonly nameless: ReadonlyArray<Checksum>
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
const plain = /^(\\?)([0-9a-f]+)(?:(?: [ *]|[ \t]+\*?)(.+))?$/i
const tagged = /^(\\?)([A-Za-z0-9-]+) ?\((.+)\) ?= ?([0-9a-f]+)$/i

interface Line {
  readonly algorithm: Algorithm | undefined
  readonly name: string | undefined
  readonly value: string
}

/** No path is longer on any system. */
const longestLine = 8192

const parseLine = (text: string, algorithm: Algorithm): Line | undefined => {
  const line = text.length > longestLine ? "" : text.trimEnd()
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

/** More are not told: what has as many is no list. */
const mostProblems = 20

/** Takes a checksum among those of one file; whether it contradicts one of them. */
const add = (among: Array<Checksum>, checksum: Checksum): boolean => {
  const same = among.find(({ algorithm }) => algorithm === checksum.algorithm)
  if (same === undefined) among.push(checksum)
  return same !== undefined && same.value !== checksum.value
}

/** Reads a list; `bagged` says that names are written as BagIt writes them. */
export const parse = (text: string, algorithm: Algorithm, bagged = false): Parsed => {
  const named = new Map<string, Array<Checksum>>()
  const nameless: Array<Checksum> = []
  const problems: Array<string> = []
  const ofFile = (written: string): Array<Checksum> => {
    const name = normalized(bagged ? percentDecoded(written) : written)
    const there = named.get(name) ?? []
    named.set(name, there)
    return there
  }
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (problems.length === mostProblems) break
    if (comment.test(line)) continue
    const at = `line ${index + 1}`
    const parsed = parseLine(line, algorithm)
    if (parsed === undefined) problems.push(`${at} is no checksum and name`)
    else if (parsed.algorithm === undefined || parsed.value.length !== hexDigits[parsed.algorithm]) {
      problems.push(`${at} has no ${parsed.algorithm ?? algorithm} checksum`)
    } else {
      const among = parsed.name === undefined ? nameless : ofFile(parsed.name)
      const contradicts = add(among, { algorithm: parsed.algorithm, value: parsed.value.toLowerCase() })
      if (contradicts) problems.push(`${at} contradicts an earlier one`)
    }
  }
  if (named.size + nameless.length + problems.length === 0) problems.push("there is no checksum in it")
  return { named, nameless, problems }
}
