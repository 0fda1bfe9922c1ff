/** Renders the table of observed faults in Markdown. */
import type { Ended } from "./batch.ts"

export interface Observed {
  readonly fault: string
  readonly happens: string
  readonly outcome: string
  readonly requests: string
  readonly within: number
}

const count = ({ requests }: Ended) => {
  const counts = new Map<string, number>()
  for (const { op } of requests) counts.set(op, (counts.get(op) ?? 0) + 1)
  return counts
}

/** How many more or fewer requests there were than in a run without faults. */
export const more = (ended: Ended, baseline: Ended): string => {
  const [actual, expected] = [count(ended), count(baseline)]
  const differences = [...new Set([...actual.keys(), ...expected.keys()])].toSorted().flatMap((op) => {
    const difference = (actual.get(op) ?? 0) - (expected.get(op) ?? 0)
    return difference === 0 ? [] : [`${difference > 0 ? "+" : "−"}${Math.abs(difference)} ${op}`]
  })
  return differences.length === 0 ? "none" : differences.join(", ")
}

/** A summary of what happened to the files. */
export const outcome = (ended: Ended, left: { readonly open: number; readonly objects: ReadonlyArray<string> }) => {
  const failed = new Map<string, Array<string>>()
  for (const [name, { tag }] of ended.outcomes) {
    if (tag === "Uploaded") continue
    const what = left.objects.includes(name) ? `\`${tag}\`, although the object is stored` : `\`${tag}\`, no object`
    failed.set(what, [...failed.get(what) ?? [], name])
  }
  const stored = [...ended.outcomes.values()].filter(({ tag }) => tag === "Uploaded").length
  const words = [
    stored === ended.outcomes.size ? "all stored" : `${stored} of ${ended.outcomes.size} stored`,
    ...Array.from(failed, ([what, files]) => `${files.join(", ")}: ${what}`),
    ...(left.open === 0 ? [] : [`${left.open} incomplete upload left`])
  ]
  return words.join("; ")
}

const markdown = (rows: ReadonlyArray<Observed>): string =>
  [
    "| fault | what happens | outcome | extra requests | ends within |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(({ fault, happens, outcome, requests, within }) =>
      `| ${fault} | ${happens} | ${outcome} | ${requests} | ${within} s |`
    )
  ].join("\n")

const before = `# Injected faults and their outcomes

Written by \`test/faults/Faults.test.ts\`, which fails if its observations differ (\`vitest run -u\` rewrites this file).

Four files (one of 12.6 MB in three parts, the others in one request each) are uploaded to the sandbox through a proxy
that injects network faults; the sandbox itself injects server faults. There are at most 3 retries, with waits of 5 to
20 ms. After each row, the bucket holds exactly the files reported as stored, each equal to its file by size, CRC-32 and
bytes, and written once. If a file failed, a second run without the fault stores it and leaves nothing else behind.
Extra requests are counted at the proxy, compared with a run without faults; a failure makes some requests unnecessary
(−).
`

const after = `Tested elsewhere:

- A full disk under the journal: \`test/resume/FullDisk.test.ts\`. The batch ends with \`JournalError\`, and nothing
  further is sent that cannot be recorded.
- A process that is killed: \`test/resume/Kill.test.ts\`.
- A disk that fails while a file is read (EIO): \`packages/aws/test/S3ObjectStore.test.ts\`. The file fails with
  \`SourceFailed\`, which reports it.
- A store that keeps other bytes than were sent: \`packages/core/test/Upload.test.ts\`. They are sent again, one more time
  in parts, and then fail with \`ChecksumMismatch\`.

A lost reply to CreateMultipartUpload leaves an empty upload at the store, whose id nobody knows. It is removed by the
bucket's lifecycle rule for incomplete uploads, if it has one.
`

export const page = (rows: ReadonlyArray<Observed>): string => [before, `${markdown(rows)}\n`, after].join("\n")

/** A page with the table between its two markers replaced by these rows. */
export const quoting = (text: string, rows: ReadonlyArray<Observed>): string =>
  text.replace(/(<!-- faults -->\n\n)[^]*(\n<!-- \/faults -->)/, (_, begin, end) => `${begin}${markdown(rows)}\n${end}`)
