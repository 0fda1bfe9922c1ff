/** Requests to everything that the sandbox serves, determined by a seed. */
import type { Random } from "../../../../packages/iiif/test/support/random.ts"
import { hostile } from "../hostile.ts"
import { broken } from "./broken.ts"
import { ingest } from "./ingest.ts"
import { control, page, presentation } from "./pages.ts"
import { s3 } from "./s3.ts"
import { type Generator, type Sent, type Target, write } from "./types.ts"

/** Node refuses longer heads, and characters that are not ASCII in some places: then it says nothing of the cause. */
const isPlain = (path: string, headers: ReadonlyArray<readonly [string, string]>): boolean =>
  /^[\x21-\x7e]*$/.test(path) && headers.every(([, value]) => /^[\t\x20-\x7e]*$/.test(value)) &&
  path.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) < 15_000

const image: Generator = (random, target) => {
  const { headers, method, path } = hostile(random)
  const isKnown = /^(?:GET|HEAD|OPTIONS|POST|PUT|DELETE|PATCH|TRACE|PROPFIND|LINK)$/.test(method)
  return write(target, {
    kind: "image",
    method,
    path,
    headers: Object.fromEntries(headers),
    then: isPlain(path, headers) && isKnown ? "reply" : "broken"
  })
}

/** Each as often as it is named here. */
const generators: ReadonlyArray<Generator> = [
  ...Array.from({ length: 7 }, () => s3),
  ...Array.from({ length: 4 }, () => ingest),
  ...Array.from({ length: 4 }, () => image),
  presentation,
  presentation,
  page,
  control,
  control,
  broken
]

export const fuzz = (random: Random, target: Target): Sent => random.pick(generators)(random, target)
