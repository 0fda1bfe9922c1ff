import type { File } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"

const kinds: Readonly<Record<File.Type, string>> = {
  File: "a file",
  Directory: "a directory",
  SymbolicLink: "a symbolic link",
  BlockDevice: "a device",
  CharacterDevice: "a device",
  FIFO: "a named pipe",
  Socket: "a socket",
  Unknown: "no ordinary file"
}

/** What is said of something that is no regular file. */
export const noFile = (type: File.Type): string => `it is ${kinds[type]}; name a file`

/** What the system's own codes mean, where Effect has no reason of its own for them. */
const codes: Readonly<Record<string, string>> = {
  ELOOP: "its links lead in a circle; mend or remove them",
  ENAMETOOLONG: "its path is too long; move or rename it",
  EISDIR: noFile("Directory"),
  ENOTDIR: "a part of its path is no folder; check the path",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
  EIO: "the disk or share failed; copy it from elsewhere"
}

const codeOf = (cause: unknown): string => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return typeof code === "string" ? code : ""
}

/** Says the commonest failures in plain words, others as the system said them. */
export const explain = ({ reason }: PlatformError): string => {
  switch (reason._tag) {
    case "NotFound":
      return "there is no such file; check the path"
    case "PermissionDenied":
      return "permission denied; check the rights of the file and its folders"
    case "BadArgument":
      return "no file can have such a path; check it"
    default: {
      const code = codeOf(reason.cause)
      return codes[code] ?? `${reason.message}${code === "" ? "" : `, ${code}`}`
    }
  }
}
