/** Parses checksum lists in the formats of common tools. */
import { type Algorithm, type Checksum, hexDigits } from "./model.ts"

const algorithmGroup = "(md5|sha1|sha256|sha512)"
const listNames = [
  new RegExp(`\\.${algorithmGroup}$`, "i"),
  new RegExp(`^${algorithmGroup}sums?(?:\\.txt)?$`, "i"),
  new RegExp(`^(?:checksums?|manifest)-${algorithmGroup}\\.txt$`, "i")
]

const isAlgorithm = (text: string): text is Algorithm => Object.hasOwn(hexDigits, text)

const algorithmNamed = (text: string | undefined): Algorithm | undefined => {
  const name = text?.toLowerCase().replace("-", "") ?? ""
  return isAlgorithm(name) ? name : undefined
}

/** The algorithm of a checksum list with this name; `undefined` for other files and for the `._` files of macOS. */
export const algorithmOf = (fileName: string): Algorithm | undefined =>
  fileName.startsWith("._")
    ? undefined
    : algorithmNamed(listNames.map((pattern) => pattern.exec(fileName)?.[1]).find((name) => name !== undefined))

/**
 * The checksums by file name (relative to the list, in Unicode's NFC, with forward slashes), and those without a name.
 */
export interface Parsed {
  readonly named: ReadonlyMap<string, ReadonlyArray<Checksum>>
  readonly nameless: ReadonlyArray<Checksum>
  readonly problems: ReadonlyArray<string>
}

/** Removes differences between systems: Unicode form, backslashes, a leading `./`. */
export const normalized = (name: string): string =>
  name.normalize("NFC").replaceAll("\\", "/").replace(/^(?:\.\/+)+/, "").replace(/\/{2,}/g, "/")

/** Decodes the name in a line of `md5sum` that starts with a backslash. */
const unescaped = (name: string): string =>
  name.replace(/\\([\\nr])/g, (_, escape: string) => escape === "n" ? "\n" : escape === "r" ? "\r" : "\\")

/** A bag's manifest percent-encodes line breaks and the percent sign only (RFC 8493, 2.1.3). */
const percentDecoded = (name: string): string =>
  name.replace(/%(0A|0D|25)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `md5sum` separates checksum and name by a space and a mode, a space or `*`; other tools use spaces and tabs. */
const plainLine = /^(\\?)([0-9a-f]+)(?:(?: [ *]|[ \t]+\*?)(.+))?$/i
const taggedLine = /^(\\?)([A-Za-z0-9-]+) ?\((.+)\) ?= ?([0-9a-f]+)$/i

interface Line {
  readonly algorithm: Algorithm | undefined
  readonly name: string | undefined
  readonly value: string
}

/** Longer than any path on any system, in characters. */
const maxLineLength = 8192

const parseLine = (text: string, algorithm: Algorithm): Line | undefined => {
  const line = text.length > maxLineLength ? "" : text.trimEnd()
  const tagged = taggedLine.exec(line)
  if (tagged !== null) {
    const [, escape, tag, name = "", value = ""] = tagged
    return { algorithm: algorithmNamed(tag), name: escape === "" ? name : unescaped(name), value }
  }
  const plain = plainLine.exec(line)
  if (plain === null) return undefined
  const [, escape, value = "", name] = plain
  return { algorithm, name: name === undefined || escape === "" ? name : unescaped(name), value }
}

const commentOrBlank = /^\s*(?:[#;]|\/\/|$)/

/** Parsing stops at this many problems: such a file is not a checksum list. */
const maxProblems = 20

/** Adds a checksum to those of one file; returns whether it conflicts with one of them. */
const addChecksum = (checksums: Array<Checksum>, checksum: Checksum): boolean => {
  const existing = checksums.find(({ algorithm }) => algorithm === checksum.algorithm)
  if (existing === undefined) checksums.push(checksum)
  return existing !== undefined && existing.value !== checksum.value
}

/** Parses a list; the names in a bag's manifest are percent-encoded. */
export const parse = (text: string, algorithm: Algorithm, isBagManifest = false): Parsed => {
  const named = new Map<string, Array<Checksum>>()
  const nameless: Array<Checksum> = []
  const problems: Array<string> = []
  const checksumsOf = (listedName: string): Array<Checksum> => {
    const name = normalized(isBagManifest ? percentDecoded(listedName) : listedName)
    const checksums = named.get(name) ?? []
    named.set(name, checksums)
    return checksums
  }
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (problems.length === maxProblems) break
    if (commentOrBlank.test(line)) continue
    const at = `line ${index + 1}`
    const parsed = parseLine(line, algorithm)
    if (parsed === undefined) problems.push(`${at} is not a checksum with a file name`)
    else if (parsed.algorithm === undefined || parsed.value.length !== hexDigits[parsed.algorithm]) {
      problems.push(`${at} does not have a valid ${parsed.algorithm ?? algorithm} checksum`)
    } else {
      const checksums = parsed.name === undefined ? nameless : checksumsOf(parsed.name)
      const conflicts = addChecksum(checksums, { algorithm: parsed.algorithm, value: parsed.value.toLowerCase() })
      if (conflicts) problems.push(`${at} conflicts with an earlier line`)
    }
  }
  if (named.size + nameless.length + problems.length === 0) problems.push("it contains no checksum")
  return { named, nameless, problems }
}
