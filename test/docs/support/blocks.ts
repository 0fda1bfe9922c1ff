/** Finds the code blocks of a Markdown page. */
import type { Example } from "./examples.ts"
import { read } from "./workspace.ts"

export interface Block extends Example {
  readonly language: string
}

/** All fenced code blocks of Markdown text. Throws if one is not closed. */
export const blocksIn = (path: string, markdown: string): ReadonlyArray<Block> => {
  const lines = markdown.split("\n")
  const blocks: Array<Block> = []
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", fence, language = ""] = /^( *)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[index] ?? "") ?? []
    if (fence === undefined) continue
    const end = lines.findIndex((line, n) => n > index && line.trim() === fence)
    if (end === -1) throw new Error(`${path}:${index + 1}: the block is not closed`)
    const first = index + 2
    blocks.push({
      language,
      name: `${path.replace(/\.md$/, "").replaceAll("/", ".")}-${first}`,
      origin: `${path}:${first}`,
      code: lines.slice(index + 1, end).map((line) => `${line.replace(indent, "")}\n`).join("")
    })
    index = end
  }
  return blocks
}

/** All code blocks of a page. */
export const blocksOf = (path: string): ReadonlyArray<Block> => blocksIn(path, read(path))

/** Whether a block is a whole program, which reads its settings from the environment and ends its process. */
export const isProgram = ({ code }: Block): boolean =>
  /\b(?:NodeRuntime\.runMain|Main\.run|IngestClient\.fromEnvironment)\(/.test(code.replaceAll(/\/\/.*$/gm, ""))
