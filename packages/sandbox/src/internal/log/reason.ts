/** Why a request was refused, as its reply says. */
import { isReadonlyObject } from "effect/Predicate"
import * as ParseJson from "./parseJson.ts"

interface Refused {
  readonly status?: number | undefined
  readonly replyBody?: string | undefined
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: "\"", apos: "'", amp: "&" }

const element = (name: string, text: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.replaceAll(
    /&(\w+);/g,
    (whole, entity: string) => ENTITIES[entity] ?? whole
  )

/** MPS's errors are `{ "error": "..." }`, S3's are XML with a code and a message. */
export const of = ({ replyBody, status }: Refused): string | undefined => {
  if (replyBody === undefined || (status ?? 0) < 400) return undefined
  const value = ParseJson.parse(replyBody)
  const error = isReadonlyObject(value) ? value["error"] : undefined
  if (typeof error === "string") return error
  const code = element("Code", replyBody)
  const message = element("Message", replyBody)
  return code === undefined || message === undefined ? code : `${code}: ${message}`
}
