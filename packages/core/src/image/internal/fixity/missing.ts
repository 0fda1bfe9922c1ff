import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { visible } from "../../../base/internal/text.ts"
import { imageExtension, type Listed } from "../directory.ts"
import { bagOf, joinPath, type List, readFolder } from "./lists.ts"
import { normalized } from "./parse.ts"

/** The folders that contain files, by path below the root, which is "". */
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

/** Finds images that checksum lists name but that do not exist: pages lost before the upload. */
export const findMissing = Effect.fnUntraced(function*(
  root: string,
  listed: Listed
): Effect.fn.Return<Listed["leftOut"], never, FileSystem.FileSystem> {
  const present = new Set([...listed.files, ...listed.leftOut].map(({ name }) => normalized(name)))
  const missing = new Map<string, string>()
  const addMissing = (list: List, toRootName: (listedName: string) => string | undefined) => {
    for (const listedName of namesIn(list)) {
      const name = toRootName(listedName)
      if (name === undefined || !imageExtension.test(name) || present.has(name)) continue
      missing.set(name, `it does not exist, but ${visible(list.path)} lists it`)
    }
  }
  for (const prefix of foldersOf(listed)) {
    const { lists } = yield* readFolder(prefix === "" ? root : joinPath(root, prefix))
    for (const list of lists) addMissing(list, (name) => prefix === "" ? name : `${normalized(prefix)}/${name}`)
  }
  const bag = yield* bagOf(root)
  if (bag !== undefined) {
    const rootPrefix = `${normalized(bag.name)}/`
    const { lists } = yield* readFolder(bag.folder)
    for (const list of lists) {
      addMissing(list, (name) => name.startsWith(rootPrefix) ? name.slice(rootPrefix.length) : undefined)
    }
  }
  return Array.from(missing, ([name, why]) => ({ name, why }))
})
