/** The rows of a table of faults as they were observed, in Markdown. */
import type { Ended } from "./batch.ts"

export interface Observed {
  readonly fault: string
  readonly happens: string
  readonly outcome: string
  readonly tries: string
  readonly within: number
}

const count = ({ requests }: Ended) => {
  const counts = new Map<string, number>()
  for (const { op } of requests) counts.set(op, (counts.get(op) ?? 0) + 1)
  return counts
}

/** How many requests more, or fewer, there were than where nothing goes wrong. */
export const more = (ended: Ended, healthy: Ended): string => {
  const [were, usual] = [count(ended), count(healthy)]
  const differences = [...new Set([...were.keys(), ...usual.keys()])].toSorted().flatMap((op) => {
    const difference = (were.get(op) ?? 0) - (usual.get(op) ?? 0)
    return difference === 0 ? [] : [`${difference > 0 ? "+" : "−"}${Math.abs(difference)} ${op}`]
  })
  return differences.length === 0 ? "none" : differences.join(", ")
}

/** What became of the files, in few words. */
export const outcome = (ended: Ended, left: { readonly open: number; readonly objects: ReadonlyArray<string> }) => {
  const failed = new Map<string, Array<string>>()
  for (const [name, { tag }] of ended.outcomes) {
    if (tag === "Uploaded") continue
    const what = left.objects.includes(name) ? `\`${tag}\`, though the object is whole` : `\`${tag}\`, no object`
    failed.set(what, [...failed.get(what) ?? [], name])
  }
  const stored = [...ended.outcomes.values()].filter(({ tag }) => tag === "Uploaded").length
  const words = [
    stored === ended.outcomes.size ? "all stored" : `${stored} of ${ended.outcomes.size} stored`,
    ...Array.from(failed, ([what, files]) => `${files.join(", ")}: ${what}`),
    ...(left.open === 0 ? [] : [`${left.open} begun upload left`])
  ]
  return words.join("; ")
}

const markdown = (rows: ReadonlyArray<Observed>): string =>
  [
    "| fault | what happens | outcome | requests beside the usual | ends within |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(({ fault, happens, outcome, tries, within }) =>
      `| ${fault} | ${happens} | ${outcome} | ${tries} | ${within} s |`
    )
  ].join("\n")

const before = `# Faults, injected and survived

Written by \`test/faults/Faults.test.ts\`, which fails where this is not what it observes (\`vitest run -u\` writes it anew).

Four files (one of 12.6 MB in three parts, the others in one request each) are uploaded to the sandbox through a proxy that
does wrong on the way; what a server does wrong is done by the sandbox. At most 3 retries, waits of 5 to 20 ms. After each,
the bucket holds exactly the files said to be stored, each equal to its file by size, CRC-32 and bytes, and written once.
Wherever a file failed, a second run without the fault stores it and leaves nothing else. The requests beside the usual are
counted at the proxy; those that a failure made superfluous are fewer than usual.
`

const after = `Elsewhere:

- Full disk under the journal: \`test/resume/FullDisk.test.ts\`. The batch ends with \`JournalError\`, and no more is sent than
  can be remembered.
- A process that is killed: \`test/resume/Kill.test.ts\`.
- A disk that fails while it is read (EIO): \`packages/aws/test/S3ObjectStore.test.ts\`. The file ends with
  \`SourceFailed\`, which says so.
- A store that keeps other bytes than it was sent: \`packages/core/test/Upload.test.ts\`. They are sent again, once more in
  parts, and then it is \`ChecksumMismatch\`.
- A lost reply to the request that begins an upload in parts leaves an empty one at the store, of which nobody knows the id:
  a lifecycle rule of the bucket for incomplete uploads, where it has one, takes it away.
`

export const page = (rows: ReadonlyArray<Observed>): string => [before, `${markdown(rows)}\n`, after].join("\n")

/** A text that quotes the table between its two marks, with the rows as they are. */
export const quoting = (text: string, rows: ReadonlyArray<Observed>): string =>
  text.replace(/(<!-- faults -->\n\n)[^]*(\n<!-- \/faults -->)/, (_, begin, end) => `${begin}${markdown(rows)}\n${end}`)
