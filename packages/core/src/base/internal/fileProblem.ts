import type { File } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"

const typeNames: Readonly<Record<File.Type, string>> = {
  File: "a file",
  Directory: "a directory",
  SymbolicLink: "a symbolic link",
  BlockDevice: "a device",
  CharacterDevice: "a device",
  FIFO: "a named pipe",
  Socket: "a socket",
  Unknown: "not a regular file"
}

/** The problem with a path that is not a regular file. */
export const notRegularFile = (type: File.Type): string => `it is ${typeNames[type]}; specify a file`

/** Explanations of system error codes that have no reason of their own in Effect's `PlatformError`. */
const codeExplanations: Readonly<Record<string, string>> = {
  ELOOP: "its symbolic links form a loop; fix or remove them",
  ENAMETOOLONG: "its path is too long; move or rename it",
  EISDIR: notRegularFile("Directory"),
  ENOTDIR: "a part of its path is not a directory; check the path",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
  EIO: "the disk or network share failed; copy it from elsewhere"
}

const codeOf = (cause: unknown): string => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return typeof code === "string" ? code : ""
}

/** Explains the most common failures; for any other, gives the system's own message and code. */
export const explain = ({ reason }: PlatformError): string => {
  switch (reason._tag) {
    case "NotFound":
      return "there is no such file; check the path"
    case "PermissionDenied":
      return "permission denied; check the permissions of the file and its directories"
    case "BadArgument":
      return "its path is not valid; check it"
    default: {
      const code = codeOf(reason.cause)
      return codeExplanations[code] ?? `${reason.message}${code === "" ? "" : `, ${code}`}`
    }
  }
}
