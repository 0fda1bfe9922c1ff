/** Makes the sandbox's pyramid of an image: `pyramid.js DERIVE SOURCE TARGET`, where DERIVE is the sandbox's module. */
import * as Effect from "effect/Effect"
import { pathToFileURL } from "node:url"

const [module = "", source = "", target = ""] = process.argv.slice(2)

const { derive, probe }: typeof import("../../packages/sandbox/src/internal/image/derive.ts") = await import(
  pathToFileURL(module).href
)

await Effect.runPromise(Effect.flatMap(probe(source), (image) => derive(source, image, target)))
