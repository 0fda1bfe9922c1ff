/** Errors of the file system as problems of a document. */
import { Problem } from "../checked.ts"
import { type FilePath, isDoubtful } from "./path.ts"

const details: { readonly [code: string]: string } = {
  EACCES: "permission to read it is missing",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  EPERM: "permission to read it is missing"
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown"

/** Names on a command line arrive as text, in which bytes that are none are lost. */
const notFound = (path: FilePath): string =>
  typeof path === "string" && isDoubtful(path)
    ? "there is no file or folder of this name in UTF-8: if its name is not UTF-8, check the folder that it is in"
    : "there is no such file or folder"

export const failure = (error: unknown, path: FilePath = ""): Problem => {
  const code = codeOf(error)
  return code === "ENOENT" || code === "ENOTDIR"
    ? new Problem({ code: "not-found", detail: notFound(path) })
    : new Problem({ code: "unreadable", detail: details[code] ?? `it cannot be read (${code})` })
}

/** Bytes as people write them. */
const sizeOf = (bytes: number): string => bytes % (1024 * 1024) === 0 ? `${bytes / 1024 / 1024} MiB` : `${bytes} bytes`

export const tooLarge = (maxBytes: number): Problem =>
  new Problem({ code: "too-large", detail: `it is larger than ${sizeOf(maxBytes)}: raise the limit with --max-size` })
