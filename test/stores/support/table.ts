/** Renders what became of objects that existed, by kind of store, in Markdown. */
import type { Case, Form, Present } from "./cases.ts"
import { type Kind, kinds } from "./kinds.ts"
import type { Ended, Options } from "./world.ts"

export interface Observed {
  readonly kind: Kind
  readonly case: Case
  readonly ended: Ended
  /** Of the object that was there, in bytes. */
  readonly size: number
}

type Rows = ReadonlyArray<Observed>

const find = (rows: Rows, kind: Kind, action: Options["action"], present: Present, size: Form["size"]) => {
  const found = rows.find((row) =>
    row.kind === kind && row.case.options.action === action && row.case.present === present &&
    row.case.form.size === size
  )
  if (found === undefined) throw new Error(`${kind.name}, ${action}, ${present}, ${size} was not tried`)
  return found
}

const words: Readonly<Record<string, string>> = { identical: "kept", replaced: "replaced" }

const end = ({ ended }: Observed): string => words[ended.end] ?? `refused: \`${ended.end}\``

/** The same for small and large images, or both. */
const both = (small: string, large: string): string => small === large ? small : `${small}; in parts: ${large}`

const outcome = (rows: Rows, kind: Kind, action: Options["action"], present: Present): string =>
  both(end(find(rows, kind, action, present, "small")), end(find(rows, kind, action, present, "large")))

/** What a request does, if it sends or reads no more than a few bytes it costs a round trip. */
const names: Readonly<Record<string, string>> = {
  PutObject: "PUT",
  HeadObject: "HEAD",
  GetObject: "GET",
  CompleteMultipartUpload: "Complete"
}

/** The image is sent in vain if its parts are; a refused PUT of a small image sends it too. */
const cost = ({ ended: { bytesRead, requests }, size }: Observed): string => {
  const told = requests.filter((op) => names[op] !== undefined).map((op) => names[op])
  const isSent = requests.includes("UploadPart")
  if (bytesRead !== 0 && bytesRead !== size) throw new Error(`${bytesRead} of ${size} bytes were read`)
  return [...isSent ? ["all parts"] : [], ...told.filter((name) => name !== "HEAD" || !isSent)].join(", ")
    .replace("GET", bytesRead > 0 ? "GET (all bytes)" : "GET (refused)")
}

const costs = (rows: Rows, kind: Kind, size: Form["size"]): string => {
  const [same, other] = [
    cost(find(rows, kind, "create", "same", size)),
    cost(find(rows, kind, "create", "other", size))
  ]
  return same === other ? same : `${same}; other bytes: ${other}`
}

const cells = (rows: Rows) => (kind: Kind): ReadonlyArray<string> => [
  kind.store,
  outcome(rows, kind, "create", "same"),
  outcome(rows, kind, "create", "other"),
  costs(rows, kind, "small"),
  costs(rows, kind, "large"),
  outcome(rows, kind, "update", "same"),
  outcome(rows, kind, "update", "other")
]

/** The table: a row for each kind of store. */
export const markdown = (rows: Rows): string =>
  [
    "| the store | same bytes | other bytes | requests, small image | requests, in parts | `update`, same bytes | " +
    "`update`, other bytes |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...kinds.map(cells(rows)).map((row) => `| ${row.join(" | ")} |`)
  ].join("\n")

/** A page with the table between its two markers replaced by these rows. */
export const quoting = (text: string, rows: Rows): string =>
  text.replace(/(<!-- stores -->\n\n)[^]*(\n<!-- \/stores -->)/, (_, begin, end) => `${begin}${markdown(rows)}\n${end}`)
