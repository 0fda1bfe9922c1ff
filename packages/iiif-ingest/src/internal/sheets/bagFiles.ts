/** The text files of a BagIt bag (RFC 8493), read from their text. */
import type { Finding } from "@iiif-ingest/core/batch/Finding"
import { finding } from "./codes.ts"
import { quote } from "./model.ts"

/** The fields of `bagit.txt` or `bag-info.txt`, in order; a line that begins with space goes on with the one before. */
export const fieldsOf = (text: string): ReadonlyArray<readonly [name: string, value: string]> =>
  text.replace(/^\uFEFF/, "").replaceAll(/(?:\r\n|\n|\r)[ \t]+/g, " ").split(/\r\n|\n|\r/).flatMap((line) => {
    const [, name, value] = /^([^:\s][^:]*?)\s*:\s*(.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, (value ?? "").trim()] as const]
  })

export const field = (fields: ReturnType<typeof fieldsOf>, name: string): string | undefined =>
  fields.find(([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== "")?.[1]

/** Names of files are compared in composed letters: some file systems change the form. */
export const composed = (name: string): string => name.normalize("NFC")

/** The only characters that manifests encode: line feed, carriage return and the percent sign itself. */
const decoded = (name: string): string =>
  name.replaceAll(/%(0A|0D|25)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

/** A payload manifest: the names in it, and its lines that are none. */
export const listedIn = (text: string, file: string, source: string) => {
  const names = new Set<string>()
  const findings: Array<Finding> = []
  for (const [index, line] of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === "") continue
    const [, name = ""] = /^[0-9A-Fa-f]{8,128}[ \t]+\*?(.+)$/.exec(line) ?? []
    const path = decoded(name).replace(/^\.\//, "")
    if (path.startsWith("data/") && !path.split("/").includes("..")) names.add(composed(path))
    else {
      const place = { source, row: index + 1, file }
      findings.push(finding("bag-manifest-invalid", place, `the line names no file of the payload: ${quote(line)}`))
    }
  }
  return { names, findings }
}

/** What is no description of the images: technical fields, and how to reach people. */
const left =
  /^(?:payload-oxum|bag-.*|bagging-.*|contact-.*|organization-address|internal-sender-.*|external-identifier|external-description|title|bagit-profile-identifier)$/i

/** What `bag-info.txt` says, by the column that it becomes. */
export const columnsOfInfo = (
  info: ReturnType<typeof fieldsOf>
): ReadonlyArray<readonly [string, string | undefined]> => {
  const [title, description] = [field(info, "Title"), field(info, "External-Description")]
  const others = Map.groupBy(info.filter(([name, value]) => value !== "" && !left.test(name)), ([name]) => name)
  return [
    ["manifest.label", title ?? description],
    ["manifest.summary", title === undefined ? undefined : description],
    ...Array.from(
      others,
      ([name, fields]) =>
        [`manifest.metadata:${name}`, fields.map(([, value]) => value.replaceAll("|", "/")).join("|")] as const
    )
  ]
}
