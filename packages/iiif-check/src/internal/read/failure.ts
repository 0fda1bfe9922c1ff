/** Errors of the file system as problems of a document. */
import { Problem } from "../checked.ts"

const details: { readonly [code: string]: string } = {
  EACCES: "permission to read it is missing",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  EPERM: "permission to read it is missing"
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown"

export const failure = (error: unknown): Problem => {
  const code = codeOf(error)
  return code === "ENOENT" || code === "ENOTDIR"
    ? new Problem({ code: "not-found", detail: "there is no such file or folder" })
    : new Problem({ code: "unreadable", detail: details[code] ?? `it cannot be read (${code})` })
}

/** Bytes as people write them. */
const sizeOf = (bytes: number): string => bytes % (1024 * 1024) === 0 ? `${bytes / 1024 / 1024} MiB` : `${bytes} bytes`

export const tooLarge = (maxBytes: number): Problem =>
  new Problem({ code: "too-large", detail: `it is larger than ${sizeOf(maxBytes)}: raise the limit with --max-size` })
