/**
 * Runs `Upload.stream` over very many files. Prints the heap in use after a forced collection (`--expose-gc`), and the
 * peak memory, after 10,000 of them and at the end.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as ImageSource from "@iiif-ingest/core/image/ImageSource"
import * as Upload from "@iiif-ingest/core/upload/Upload"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Uploads, withJournal } from "../support/ours.ts"
import { more } from "../support/upload.ts"

/** Uploads `count` files of a folder, from `image0.jpg` on, each named only when it is pulled. */
const [folder = "", count = "0"] = more

function* sources() {
  for (let index = 0; index < Number(count); index++) yield ImageSource.file(`${folder}/image${index}.jpg`)
}

const memory = () => {
  const peak = process.resourceUsage().maxRSS / 1024
  if (globalThis.gc === undefined) throw new Error("this program needs --expose-gc")
  globalThis.gc()
  return { peak, heap: process.memoryUsage().heapUsed / 2 ** 20 }
}

const program = Effect.gen(function*() {
  const upload = yield* Upload.Upload
  let seen = 0
  let first = memory()
  yield* upload.stream(Stream.fromIterable(sources(), { chunkSize: 64 })).pipe(
    Stream.runForEach((outcome) => {
      if (outcome._tag === "Failed") return Effect.fail(outcome.error)
      seen += 1
      if (seen === 10_000) first = memory()
      return Effect.void
    })
  )
  console.log(JSON.stringify({ seen, first, last: memory() }))
})

NodeRuntime.runMain(withJournal(program.pipe(Effect.provide(Uploads()))))
