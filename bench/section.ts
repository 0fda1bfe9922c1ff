/** A section of the results page, with a table. */
export interface Section {
  readonly title: string
  readonly text: string
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<{ readonly name: string; readonly cells: ReadonlyArray<string> }>
}

export const toMarkdown = (section: Section): string =>
  [
    `## ${section.title}`,
    "",
    section.text,
    "",
    `| | ${section.columns.join(" | ")} |`,
    `| --- |${section.columns.map(() => " --- |").join("")}`,
    ...section.rows.map((row) => `| ${row.name} | ${row.cells.join(" | ")} |`),
    ""
  ].join("\n")
