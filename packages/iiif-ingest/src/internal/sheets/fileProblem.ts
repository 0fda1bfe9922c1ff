/** Why a file or folder cannot be read or written, in words for whoever has to mend it. */
import { visible } from "@iiif-ingest/core/base/Reason"
import type { PlatformError } from "effect/PlatformError"

const codes: Readonly<Record<string, string>> = {
  ELOOP: "its symbolic links form a loop",
  ENAMETOOLONG: "its path is too long",
  ENOTDIR: "a part of its path is no folder",
  EMFILE: "too many files are open (raise the limit, ulimit -n)",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full: free some space, then run again",
  EDQUOT: "the quota of the disk is used up: free some space, then run again",
  EROFS: "its file system can only be read: give another path",
  EIO: "the disk or network share failed"
}

const codeOf = (cause: unknown): string => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return typeof code === "string" ? code : ""
}

export const explain = ({ reason }: PlatformError): string => {
  switch (reason._tag) {
    case "NotFound":
      return "it does not exist"
    case "PermissionDenied":
      return "permission denied"
    case "BadArgument":
      return "its path is not valid"
    default:
      return codes[codeOf(reason.cause)] ?? visible(reason.message)
  }
}
