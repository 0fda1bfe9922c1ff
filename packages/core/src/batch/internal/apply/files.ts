import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
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

/** What is wrong with the files of manifests: those that are missing, or were changed after the plan was made. */
export const problemsOf = (
  manifests: ReadonlyArray<Plan.PlannedManifest>,
  root: string
): Effect.Effect<ReadonlyArray<Problem>, never, FileSystem.FileSystem> => {
  const images = manifests.flatMap((manifest) => {
    const paths = pathsOf(manifest, root)
    return manifest.images.map((image, index) => ({ image, path: paths[index] ?? image.file }))
  })
  return Effect.map(
    Effect.forEach(
      images,
      ({ image, path }) =>
        Effect.map(problemOf(path, image), (problem) => problem === undefined ? [] : [{ place: image.file, problem }]),
      { concurrency }
    ),
    (problems) => problems.flat()
  )
}
