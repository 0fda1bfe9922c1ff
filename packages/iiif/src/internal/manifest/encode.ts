import type { Manifest } from "../../Presentation3.ts"

/** How many canvases make a piece of the text. */
const canvasesAtOnce = 32

/** The fields around the canvases keep their order. */
export function* encode(manifest: Manifest): Generator<string, void> {
  let separator = "{"
  for (const [key, value] of Object.entries(manifest)) {
    if (value === undefined) continue
    const name = `${separator}${JSON.stringify(key)}:`
    separator = ","
    if (key !== "items") yield name + JSON.stringify(value)
    else {
      yield `${name}[`
      for (let start = 0; start < manifest.items.length; start += canvasesAtOnce) {
        const piece = JSON.stringify(manifest.items.slice(start, start + canvasesAtOnce)).slice(1, -1)
        yield start === 0 ? piece : `,${piece}`
      }
      yield "]"
    }
  }
  yield "}"
}
