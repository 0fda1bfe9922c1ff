import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import { visible } from "../../../base/internal/text.ts"
import * as Fingerprint from "../../../image/Fingerprint.ts"
import * as FileContent from "../../FileContent.ts"
import * as Plan from "../../Plan.ts"
import type { Problem } from "./place.ts"

/** How many files are looked at at a time. */
const concurrency = 16

const planAgain = "make the plan again"

/** Whether a file that may have changed has the content that was planned. */
const content = Effect.fnUntraced(function*(
  path: string,
  { content, fingerprint }: Plan.PlannedImage,
  found: Fingerprint.Fingerprint
): Effect.fn.Return<string | undefined, never, FileSystem.FileSystem> {
  const isTouched = found.modifiedMillis !== fingerprint.modifiedMillis
  if (content === undefined) return isTouched ? `it was changed after the plan was made: ${planAgain}` : undefined
  const same = yield* Effect.result(FileContent.isSame(path, found.size, content))
  if (Result.isFailure(same)) return `it cannot be read (${visible(same.failure.message)})`
  return same.success ? undefined : `its content was changed after the plan was made: ${planAgain}`
})

/** What is wrong with the file of an image, if anything is. It is read only if it may have changed. */
const problemOf = Effect.fnUntraced(function*(
  path: string,
  image: Plan.PlannedImage
): Effect.fn.Return<string | undefined, never, FileSystem.FileSystem> {
  const stat = yield* Effect.result(Fingerprint.ofFile(path))
  if (Result.isFailure(stat)) return stat.failure.reason.message
  const [planned, found] = [image.fingerprint, stat.success]
  if (found.size !== planned.size) {
    return `it has ${found.size} bytes, and had ${planned.size} when the plan was made: ${planAgain}`
  }
  return Fingerprint.compare(planned, found) === "same" ? undefined : yield* content(path, image, found)
})

/** The path of the file of each image of a manifest. */
export const pathsOf = (manifest: Plan.PlannedManifest, root: string): ReadonlyArray<string> =>
  Plan.imagesOf(manifest, root).map(({ source }) => source._tag === "FileSource" ? source.path : source.name)

/** Where the files of a plan may be: a plan may come from someone else, and must not send what it pleases. */
export interface Bounds {
  readonly root: string
  readonly allowOutside?: boolean | undefined
}

const isBelow = (folder: string, path: string): boolean =>
  path.startsWith(folder) && (/[\\/]$/.test(folder) || /^[\\/]/.test(path.slice(folder.length)))

/** Whether a file is outside the folder of the plan, whatever leads there: its path, or a link. */
const isOutside = Effect.fnUntraced(function*(path: string, folder: string) {
  const fs = yield* FileSystem.FileSystem
  // a file that is not there has a problem of its own
  const real = yield* Effect.orElseSucceed(fs.realPath(path), () => undefined)
  return real !== undefined && !isBelow(folder, real)
})

const outside = "it is outside the folder of the plan: look whether it is meant, and then allow files outside"

/**
 * What is wrong with the files of manifests: those that are missing, that were changed after the plan was made, or that
 * are elsewhere.
 */
export const problemsOf = Effect.fnUntraced(function*(
  manifests: ReadonlyArray<Plan.PlannedManifest>,
  { allowOutside = false, root }: Bounds
): Effect.fn.Return<ReadonlyArray<Problem>, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* Effect.orElseSucceed(fs.realPath(root), () => root)
  const images = manifests.flatMap((manifest) => {
    const paths = pathsOf(manifest, root)
    return manifest.images.map((image, index) => ({ image, path: paths[index] ?? image.file }))
  })
  const problems = yield* Effect.forEach(
    images,
    Effect.fnUntraced(function*({ image, path }) {
      const isElsewhere = !allowOutside && (yield* isOutside(path, folder))
      const problem = isElsewhere ? outside : yield* problemOf(path, image)
      return problem === undefined ? [] : [{ place: image.file, problem }]
    }),
    { concurrency }
  )
  return problems.flat()
})
