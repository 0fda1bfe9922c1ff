import * as Result from "effect/Result"
import type { Canvas, Manifest, Range } from "../../Presentation3.ts"
import { finding } from "../check/rules.ts"
import { quoted } from "../quoted.ts"
import { ManifestError } from "./manifestError.ts"
import { fromUnknown } from "./read.ts"

type Edited = Result.Result<Manifest, ManifestError>

const noPage = (id: string): Edited =>
  Result.fail(new ManifestError({ findings: [finding("page-missing", "items", `there is no canvas ${quoted(id)}`)] }))

/** The manifest with other canvases, if it is still valid. */
const withCanvases = (manifest: Manifest, items: ReadonlyArray<Canvas>): Edited => fromUnknown({ ...manifest, items })

export const insert = (manifest: Manifest, position: number, canvases: ReadonlyArray<Canvas>): Edited =>
  withCanvases(manifest, manifest.items.toSpliced(position, 0, ...canvases))

export const update = (manifest: Manifest, id: string, change: (canvas: Canvas) => Canvas): Edited =>
  manifest.items.some((canvas) => canvas.id === id)
    ? withCanvases(manifest, manifest.items.map((canvas) => canvas.id === id ? change(canvas) : canvas))
    : noPage(id)

export const move = (manifest: Manifest, id: string, position: number): Edited => {
  const found = manifest.items.find((canvas) => canvas.id === id)
  if (found === undefined) return noPage(id)
  const others = manifest.items.filter((canvas) => canvas !== found)
  return withCanvases(manifest, others.toSpliced(position, 0, found))
}

type Item = Range["items"][number]

/** The id of the canvas that a range item is, or is part of. */
const canvasOf = (item: Item): string | undefined => {
  if (item.type !== "SpecificResource") return item.id?.replace(/#.*$/s, "")
  const { source } = item
  return typeof source === "string" ? source.replace(/#.*$/s, "") : source.id
}

const isRange = (item: Item): item is Range => item.type === "Range" && "items" in item

/** Removes a canvas from ranges, and ranges that are then empty. */
const withoutCanvas = (ranges: ReadonlyArray<Range>, id: string): ReadonlyArray<Range> =>
  ranges.flatMap((range) => {
    const items = range.items.flatMap((item): ReadonlyArray<Item> => {
      if (isRange(item)) return withoutCanvas([item], id)
      return canvasOf(item) === id ? [] : [item]
    })
    return items.length === 0 ? [] : [{ ...range, items }]
  })

const withoutStart = (manifest: Manifest, id: string): Manifest => {
  const { start, ...rest } = manifest
  return start !== undefined && canvasOf(start) === id ? rest : manifest
}

const withoutRanges = (manifest: Manifest, id: string): Manifest => {
  const { structures, ...rest } = manifest
  const kept = withoutCanvas(structures ?? [], id)
  return kept.length === 0 ? rest : { ...rest, structures: kept }
}

export const remove = (manifest: Manifest, id: string): Edited => {
  const items = manifest.items.filter((canvas) => canvas.id !== id)
  return items.length === manifest.items.length
    ? noPage(id)
    : withCanvases(withoutRanges(withoutStart(manifest, id), id), items)
}
