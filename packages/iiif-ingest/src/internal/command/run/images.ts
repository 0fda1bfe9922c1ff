/** The images that a command line names. */
import { visible } from "@iiif-ingest/core/base/Reason"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { Screen } from "../../terminal/screen.ts"
import { counted } from "../../terminal/units.ts"
import { Usage } from "../failure.ts"

export interface Images {
  readonly images: ReadonlyArray<ImageSource.ImageSource>
  readonly leftOut: ImageSource.Directory["leftOut"]
  /** What they are called together: the folder's name, or the file's without its ending. */
  readonly title: string
}

interface Named {
  readonly path: string
  readonly isFolder: boolean
}

const look = Effect.fnUntraced(function*(path: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* Effect.match(fs.stat(path), {
    onSuccess: ({ type }): Named => ({ path, isFolder: type === "Directory" }),
    onFailure: ({ reason }) =>
      `${visible(path)}: ${reason._tag === "NotFound" ? "there is no such file or folder" : "it cannot be read"}`
  })
})

const renamed = (image: ImageSource.ImageSource, prefix: string): ImageSource.ImageSource => ({
  ...image,
  name: `${prefix}/${image.name}`
})

/** Several folders may hold images of the same name, which their ids are made of. */
const inFolder = Effect.fnUntraced(function*({ isFolder, path }: Named, prefix: string) {
  if (!isFolder) return { images: [ImageSource.file(path)], leftOut: [] }
  const { images, leftOut } = yield* ImageSource.directory(path)
  return {
    images: prefix === "" ? images : images.map((image) => renamed(image, prefix)),
    leftOut
  }
})

const tellLeftOut = Effect.fnUntraced(function*(leftOut: Images["leftOut"]) {
  const screen = yield* Screen
  const [first] = leftOut
  if (first === undefined || screen.quiet) return
  const others = leftOut.length > 1 ? `, and ${counted(leftOut.length - 1, "other")}` : ""
  yield* screen.note(`left out: ${visible(first.name)} (${first.why})${others}`)
})

/** All images of files and folders, in order; what is not there is named, all of it at once. */
export const collect = Effect.fnUntraced(function*(paths: ReadonlyArray<string>) {
  const path = yield* Path.Path
  const looked = yield* Effect.forEach(paths, look)
  const problems = looked.filter((one) => typeof one === "string")
  if (problems.length > 0) return yield* new Usage({ detail: problems.join("\n") })
  const named = looked.filter((one) => typeof one !== "string")
  const several = named.length > 1
  const found = yield* Effect.forEach(
    named,
    (one) => inFolder(one, several ? path.basename(path.resolve(one.path)) : "")
  )
  const images = found.flatMap((one) => one.images)
  const leftOut = found.flatMap((one) => one.leftOut)
  if (images.length === 0) return yield* new Usage({ detail: "there are no images in what is named" })
  yield* tellLeftOut(leftOut)
  const [first] = named
  const whole = path.resolve(first?.path ?? ".")
  const title = first?.isFolder === true
    ? path.basename(whole)
    : several
    ? path.basename(path.dirname(whole))
    : path.parse(whole).name
  const result: Images = { images, leftOut, title }
  return result
})
