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

/** The rows as a Markdown table. */
export const markdown = (rows: ReadonlyArray<Observed>): string =>
  [
    "| fault | what happens | outcome | extra requests | ends within |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(({ fault, happens, outcome, requests, within }) =>
      `| ${fault} | ${happens} | ${outcome} | ${requests} | ${within} s |`
    )
  ].join("\n")

/** A page with the table between its two markers replaced by these rows. */
export const quoting = (text: string, rows: ReadonlyArray<Observed>): string =>
  text.replace(/(<!-- faults -->\n\n)[^]*(\n<!-- \/faults -->)/, (_, begin, end) => `${begin}${markdown(rows)}\n${end}`)
