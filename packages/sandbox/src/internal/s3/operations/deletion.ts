/** DeleteObjects. */
import * as Effect from "effect/Effect"
import { readText } from "../body.ts"
import type { Operation } from "../context.ts"
import { s3Error } from "../errors.ts"
import { xmlResponse } from "../response.ts"
import type { Check } from "../store.ts"
import { document, element } from "../xml.ts"
import { childrenOf, childText, parseXml } from "../xmlReader.ts"

const MAX_BODY = 2 * 1024 * 1024
const MAX_KEYS = 1000
const unconditional: Check = () => Effect.void

const readKeys = Effect.fnUntraced(function*(text: string) {
  const root = yield* Effect.fromResult(parseXml(text))
  const keys = childrenOf(root, "Object").map((object) => childText(object, "Key") ?? "")
  if (root.name !== "Delete" || keys.length === 0 || keys.length > MAX_KEYS || keys.includes("")) {
    return yield* s3Error("MalformedXML")
  }
  return { keys, quiet: childText(root, "Quiet") === "true" }
})

export const deleteObjects: Operation = Effect.fnUntraced(function*({ body: pendingBody, store }, bucket) {
  yield* store.bucket(bucket)
  const body = yield* pendingBody
  if (!body.isProtected) {
    return yield* s3Error(
      "InvalidRequest",
      {},
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
    )
  }
  const { keys, quiet } = yield* readKeys(yield* readText(body, MAX_BODY))
  yield* Effect.forEach(keys, (key) => store.delete(bucket, key, unconditional), { discard: true })
  const deleted = quiet ? [] : keys.map((key) => element("Deleted", [element("Key", key)]))
  return xmlResponse(document("DeleteResult", deleted))
})
