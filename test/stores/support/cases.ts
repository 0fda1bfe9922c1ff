/** What an upload may meet under its key, what it may be told to do about it, and what must become of it. */
import type { Kind, Told } from "./kinds.ts"
import { mebibyte, type Options } from "./world.ts"

/** An object is sent in one request, or in parts of `partSize` bytes. */
export interface Form {
  readonly size: "small" | "large"
  readonly partSize?: number
}

/** The object that is there: the bytes of the image; other bytes, as many as those; another number of bytes. */
export type Present = "same" | "other" | "longer"

export interface Case {
  readonly form: Form
  readonly present: Present
  readonly options: Options
}

const small: Form = { size: "small" }
const large = (mebibytes: number): Form => ({ size: "large", partSize: mebibytes * mebibyte })

/** Parts as boto3 and the AWS CLI send them; other SDKs of AWS and rclone; this library; and as nobody does. */
const usual = large(8)
const unusual = large(7)
const forms = { small: [small], large: [usual, large(5), large(16), unusual] } as const

const presents: ReadonlyArray<Present> = ["same", "other", "longer"]
const actions = ["create", "update"] as const
const handlings: ReadonlyArray<Omit<Options, "action">> = [
  { existing: "skipIdentical", uncertain: "readBack" },
  { existing: "skipIdentical", uncertain: "refuse" },
  { existing: "replace", uncertain: "readBack" },
  { existing: "fail", uncertain: "readBack" }
]

const all = (size: Form["size"]): ReadonlyArray<Case> =>
  forms[size].flatMap((form) =>
    presents.flatMap((present) =>
      handlings.flatMap((handling) => actions.map((action) => ({ form, present, options: { ...handling, action } })))
    )
  )

const isUsual = ({ options }: Case) => options.existing === "skipIdentical" && options.uncertain === "readBack"

/** The large images of the short run: everything with the usual options, other options and forms where they matter. */
const isShort = (told: Told) => (c: Case): boolean => {
  const [isSame, isCreate] = [c.present === "same", c.options.action === "create"]
  if (c.form === usual && isUsual(c)) return c.present !== "longer" || isCreate
  return told === "parts"
    ? isSame && isCreate && (c.form === usual || isUsual(c))
    : c.form === usual && isSame && isCreate
}

/** The cases of a kind of store. Those with the same object come one after the other. */
export const casesOf = (kind: Kind, size: Form["size"], everything: boolean): ReadonlyArray<Case> =>
  everything || size === "small" ? all(size) : all(size).filter(isShort(kind.tells[size]))

export const describe = ({ form, options, present }: Case): string =>
  [
    form.size,
    form.partSize === undefined ? "" : `parts of ${form.partSize / mebibyte} MiB`,
    present,
    options.action,
    options.existing,
    options.uncertain
  ].filter((word) => word !== "").join(", ")

/** The id under which the object is. */
export const objectOf = ({ name }: Kind, { form: { partSize = 0, size }, present }: Case): string =>
  `${name}${size}${partSize / mebibyte}${present}`

/** What can be known of the object without reading it. */
const known = (told: Told, { form, present }: Case): Present | "unknown" => {
  if (told === "nothing") return "unknown"
  if (present === "longer") return present
  if (told === "size") return "unknown"
  if (told === "parts") return present === "same" && form !== unusual ? present : "unknown"
  return present
}

const different = ({ options }: Case) => options.action === "update" ? "replaced" : "IdTaken"

/** What must become of the upload: nothing is replaced under `create` unless `existing` says so. */
export const expected = (kind: Kind, c: Case): string => {
  if (c.options.existing === "replace") return "replaced"
  if (c.options.existing === "fail") return "IdTaken"
  switch (known(kind.tells[c.form.size], c)) {
    case "same":
      return "identical"
    case "other":
    case "longer":
      return different(c)
    case "unknown":
      if (c.options.action === "update") return "replaced"
      if (c.options.uncertain === "refuse" || kind.denies.includes("GetObject")) return "CannotCompare"
      return c.present === "same" ? "identical" : "IdTaken"
  }
}
