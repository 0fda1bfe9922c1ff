/** Paths of the file system, whose names may be any bytes. */
import * as Path from "node:path"

/** A path, as bytes where it is not UTF-8: as text it would be that of another file. */
export type FilePath = string | Buffer

/** Whether a name may have lost bytes when it was read as text. */
export const isDoubtful = (name: string): boolean => name.includes("\ufffd")

/** A name as text, if nothing is lost by that. */
export const nameOf = (bytes: Buffer): FilePath => {
  const text = bytes.toString()
  return Buffer.from(text).equals(bytes) ? text : bytes
}

/** The path of what is in a folder. */
export const within = (folder: FilePath, name: FilePath): FilePath => {
  if (typeof folder === "string" && typeof name === "string") return Path.join(folder, name)
  // joined to a name, a path is in the form that it is shown in: without ./
  const start = typeof folder === "string" ? Path.join(folder, "-").slice(0, -1) : folder
  const separator = typeof folder === "string" ? "" : Path.sep
  return Buffer.concat([start, separator, name].map((part) => typeof part === "string" ? Buffer.from(part) : part))
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const decoded = (bytes: Buffer): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The character that begins at a place, of up to four bytes. */
const characterAt = (bytes: Buffer, at: number): string | undefined => {
  for (let length = 1; length <= 4; length++) {
    const character = decoded(bytes.subarray(at, at + length))
    if (character !== undefined) return character
  }
  return undefined
}

/** The text of bytes, with those that are none as `\xe9`. */
const escaped = (bytes: Buffer): string => {
  let text = ""
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at)
    text += character ?? `\\x${bytes.toString("hex", at, at + 1)}`
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return text
}

/** A path as it can be shown. */
export const shownPath = (path: FilePath): string => typeof path === "string" ? path : escaped(path)
