import type { Plan, PlannedImage, PlannedManifest } from "./model.ts"

const line = (indent: string, name: string, value: unknown): string => `${indent}"${name}": ${JSON.stringify(value)}`

/** An image in three lines: what is sent, what is said of it, and where it comes from. */
const image = ({ description, file, fingerprint, id, origin, ...rest }: PlannedImage): string => {
  const { content, fixity, height, key, mediaType, replaces, width } = rest
  const sent = {
    file,
    id,
    key,
    width,
    height,
    mediaType,
    fingerprint,
    ...(content === undefined ? {} : { content }),
    ...(fixity === undefined ? {} : { fixity }),
    ...(replaces === undefined ? {} : { replaces })
  }
  return [
    `        ${JSON.stringify(sent).slice(0, -1)},`,
    `${line("          ", "description", description)},`,
    `${line("          ", "origin", origin)} }`
  ].join("\n")
}

const list = (items: ReadonlyArray<string>, indent: string): string =>
  items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n${indent}]`

const manifest = ({ description, id, images, origin }: PlannedManifest): string =>
  [
    "    {",
    `${line("      ", "id", id)},`,
    `${line("      ", "description", description)},`,
    `${line("      ", "origin", origin)},`,
    `      "images": ${list(images.map(image), "      ")}`,
    "    }"
  ].join("\n")

/** The text of a plan: the same plan always gives the same text, and a change of one image changes its lines only. */
export const encode = ({ manifests, ...plan }: Plan): string => {
  const { account, bucket, environment, format, namespace, root, space, version } = plan
  const head = { format, version, environment, account, space, namespace, bucket, root }
  return [
    "{",
    ...Object.entries(head).map(([name, value]) => `${line("  ", name, value)},`),
    `  "manifests": ${list(manifests.map(manifest), "  ")}`,
    "}",
    ""
  ].join("\n")
}
