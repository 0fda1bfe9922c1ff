/**
 * Writes ten parts one after the other, then three submissions. It marks where each stage begins in a trace by sending
 * itself signal 0, which does nothing.
 */
import * as Crc32 from "@iiif-ingest/core/image/Crc32"
import { Journal } from "@iiif-ingest/core/upload/Journal"
import * as Effect from "effect/Effect"
import { layer } from "../../src/NodeJournal.ts"

const [path = ""] = process.argv.slice(2)
const [bucket, key] = ["b", "images/a.tif"]

const program = Journal.use((journal) =>
  Effect.gen(function*() {
    yield* journal.saveUpload({ bucket, key, fingerprint: { size: 1 }, parts: [] })
    process.kill(process.pid, 0)
    for (let partNumber = 1; partNumber <= 10; partNumber++) {
      yield* journal.savePart(bucket, key, { partNumber, size: 1, crc32: Crc32.empty, token: "t" })
    }
    process.kill(process.pid, 0)
    for (const id of ["m1", "m2", "m3"]) yield* journal.saveSubmission({ id, state: "submitting", identifiers: [] })
    // die before the checkpoint on close, whose syncs are not those of a commit
    process.kill(process.pid, "SIGKILL")
  })
)

void Effect.runPromise(Effect.provide(program, layer({ path })))
