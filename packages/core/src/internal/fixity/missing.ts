import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { imageEnding, type Listed } from "../directory.ts"
import { visible } from "../shown.ts"
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

/** Images that lists of checksums name and that are not there: pages that were lost on their way. */
export const missing = Effect.fnUntraced(function*(
  root: string,
  listed: Listed
): Effect.fn.Return<Listed["leftOut"], never, FileSystem.FileSystem> {
  const there = new Set([...listed.files, ...listed.leftOut].map(({ name }) => normalized(name)))
  const lost = (prefix: string, { checksums, path }: List) =>
    [...checksums.keys()].flatMap((name) => {
      const full = prefix === "" ? name : `${prefix}/${name}`
      return imageEnding.test(full) && !there.has(full)
        ? [{ name: full, why: `it is not there, and ${visible(path)} names it` }]
        : []
    })
  const own = yield* Effect.forEach(foldersOf(listed), (prefix) =>
    Effect.map(
      readFolder(prefix === "" ? root : within(root, prefix)),
      ({ lists }) => lists.flatMap((list) => lost(normalized(prefix), list))
    ))
  const bag = yield* bagOf(root)
  if (bag === undefined) return own.flat()
  const below = `${bag.name}/`
  const { lists } = yield* readFolder(bag.folder)
  const ofBag = lists.flatMap(({ checksums, ...list }) =>
    lost("", {
      ...list,
      checksums: new Map(
        [...checksums].flatMap(([name, sum]) =>
          name.startsWith(below) ? [[name.slice(below.length), sum] as const] : []
        )
      )
    })
  )
  return [...own.flat(), ...ofBag]
})
