import type { Manifest } from "../../Presentation3.ts"

/** The number of canvases in a piece of text. */
const canvasesPerPiece = 32

/** Encodes a manifest in pieces, with its fields in their order. */
export function* encode(manifest: Manifest): Generator<string, void> {
  let separator = "{"
  for (const [key, value] of Object.entries(manifest)) {
    if (value === undefined) continue
    const name = `${separator}${JSON.stringify(key)}:`
    separator = ","
    if (key !== "items") yield name + JSON.stringify(value)
    else {
      yield `${name}[`
      for (let start = 0; start < manifest.items.length; start += canvasesPerPiece) {
        const piece = JSON.stringify(manifest.items.slice(start, start + canvasesPerPiece)).slice(1, -1)
        yield start === 0 ? piece : `,${piece}`
      }
      yield "]"
    }
  }
  yield "}"
}
