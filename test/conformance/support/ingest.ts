/** Brings pictures into the sandbox by its own S3 endpoint and ingest API. */
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import sharp from "sharp"
import type { ChildJob } from "../../../packages/sandbox/src/Job.ts"
import * as Client from "../../../packages/sandbox/test/support/client.ts"

export interface Picture {
  /** Letters and digits. */
  readonly id: string
  readonly bytes: Uint8Array
  /** Of the stored pixels of the first page; read from the bytes by default. */
  readonly size?: { readonly width: number; readonly height: number }
}

const sizeOf = (bytes: Uint8Array) =>
  Effect.promise(async () => {
    const { height, width } = await sharp(bytes, { limitInputPixels: false }).metadata()
    return { width, height }
  })

/** Ingests a picture as `SANDBOX:ID` and returns its job, which may have failed. */
export const ingestAnyway = Effect.fnUntraced(function*(sandbox: Client.Running, picture: Picture) {
  const { bytes, id } = picture
  const key = `${id}.bin`
  yield* Client.put(sandbox, `images/${key}`, bytes)
  const { height, width } = picture.size ?? (yield* sizeOf(bytes))
  const job = yield* Client.ingest(sandbox, Client.ingestRequest([{ id, key, width, height }]))
  const [child] = job.children
  if (child === undefined) return yield* Effect.die(new Error(`The job of ${id} has no child`))
  return child
})

/** Ingests a picture as `SANDBOX:ID`; a failure is a defect. */
export const ingest = Effect.fnUntraced(function*(
  sandbox: Client.Running,
  picture: Picture
): Effect.fn.Return<ChildJob, Effect.Error<ReturnType<typeof ingestAnyway>>> {
  const child = yield* ingestAnyway(sandbox, picture)
  if (child.state !== "success") return yield* Effect.die(new Error(`${picture.id}: ${child.reason}`))
  return child
})

/** A sandbox that has these pictures. */
export const prepared = (pictures: Effect.Effect<ReadonlyArray<Picture>>) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    yield* Effect.forEach(yield* pictures, (picture) => ingest(sandbox, picture))
  })).pipe(Layer.provideMerge(Sandbox.Sandbox.layer()))
