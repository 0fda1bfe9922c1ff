/** What must become of an image that was stored before: by an earlier run, or by an attempt whose reply was lost. */
import type { Form } from "./cases.ts"
import type { Kind } from "./kinds.ts"
import type { Options } from "./world.ts"

export const handlings: ReadonlyArray<Options> = [
  { existing: "skipIdentical", uncertain: "readBack", action: "create" },
  { existing: "skipIdentical", uncertain: "readBack", action: "update" },
  { existing: "skipIdentical", uncertain: "refuse", action: "create" },
  { existing: "skipIdentical", uncertain: "refuse", action: "update" },
  { existing: "fail", uncertain: "readBack", action: "create" }
]

/** What happens to the object between two runs, one after the other. */
export const meanwhiles = ["nothing", "removed", "replaced"] as const
export type Meanwhile = typeof meanwhiles[number]

const canRead = ({ denies }: Kind, { uncertain }: Options) => uncertain === "readBack" && !denies.includes("GetObject")

const isSilent = ({ denies }: Kind) => denies.includes("HeadObject")

/** Whether the bytes of an object can be known: from what the store tells of it, or by reading it. */
export const canTell = (kind: Kind, size: Form["size"], options: Options): boolean =>
  !["size", "nothing"].includes(kind.tells[size]) || canRead(kind, options)

/** Whether there is nothing but the journal that tells what is in the store, and it is believed. */
export const isTrusted = (kind: Kind, options: Options): boolean =>
  isSilent(kind) && options.uncertain === "readBack" && !canRead(kind, options)

/** What becomes of an object that is or is not the image's: that cannot be told. */
const unknown = ({ action }: Options) => action === "update" ? "replaced" : "CannotCompare"

/** The outcome of a run whose journal says that the image was stored. */
export const expectedAgain = (kind: Kind, size: Form["size"], meanwhile: Meanwhile, options: Options): string => {
  if (isTrusted(kind, options)) return "resumed"
  switch (meanwhile) {
    case "nothing":
      return isSilent(kind) && !canRead(kind, options) ? unknown(options) : "resumed"
    case "removed":
      // after a refusal, the journal no longer says that the image was stored
      return size === "large" && isSilent(kind) && unknown(options) === "CannotCompare" && !canRead(kind, options)
        ? "sent"
        : "replaced"
    case "replaced":
      if (options.action === "update") return "replaced"
      // the other object was sent in one request
      return canTell(kind, "small", options) ? "IdTaken" : "CannotCompare"
  }
}

/** The outcome of an upload whose object was stored, without this being known. */
export const expectedAfterLoss = (kind: Kind, size: Form["size"], options: Options): string => {
  if (size === "large") return canTell(kind, size, options) ? "sent" : unknown(options)
  const isTold = !["size", "nothing"].includes(kind.tells.small)
  // what may be replaced is not read to find out whether that is necessary
  return isTold || (canTell(kind, size, options) && options.action === "create") ? "identical" : unknown(options)
}
