import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { visible } from "../../../base/internal/text.ts"
import { imageEnding, type Listed } from "../directory.ts"
import { bagOf, type List, readFolder, within } from "./lists.ts"
import { normalized } from "./parse.ts"

/** The folders that files lie in, by their names below the root, which is "". */
const foldersOf = ({ files }: Listed): ReadonlySet<string> =>
  new Set([
    "",
    ...files.flatMap(({ name }) => {
      const segments = name.split("/").slice(0, -1)
      return segments.map((_, index) => segments.slice(0, index + 1).join("/"))
    })
  ])

const namesIn = ({ named, nameless, stem }: List): ReadonlyArray<string> => [
  ...named.keys(),
  ...(nameless.length === 0 ? [] : [stem])
]

/** Images that lists of checksums name and that are not there: pages that were lost on their way. */
export const missing = Effect.fnUntraced(function*(
  root: string,
  listed: Listed
): Effect.fn.Return<Listed["leftOut"], never, FileSystem.FileSystem> {
  const there = new Set([...listed.files, ...listed.leftOut].map(({ name }) => normalized(name)))
  const lost = new Map<string, string>()
  const look = (list: List, toName: (written: string) => string | undefined) => {
    for (const written of namesIn(list)) {
      const name = toName(written)
      if (name === undefined || !imageEnding.test(name) || there.has(name)) continue
      lost.set(name, `it is not there, and ${visible(list.path)} names it`)
    }
  }
  for (const prefix of foldersOf(listed)) {
    const { lists } = yield* readFolder(prefix === "" ? root : within(root, prefix))
    for (const list of lists) look(list, (name) => prefix === "" ? name : `${normalized(prefix)}/${name}`)
  }
  const bag = yield* bagOf(root)
  if (bag !== undefined) {
    const below = `${normalized(bag.name)}/`
    const { lists } = yield* readFolder(bag.folder)
    for (const list of lists) look(list, (name) => name.startsWith(below) ? name.slice(below.length) : undefined)
  }
  return Array.from(lost, ([name, why]) => ({ name, why }))
})
