import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import type { Canvas, Manifest } from "../../Presentation3.ts"
import type { Finding } from "../check/finding.ts"
import { finding } from "../check/rules.ts"
import { pathBelow } from "../jsonPath.ts"
import { kindOf } from "../model/walk.ts"
import { Collector } from "./collector.ts"
import { guarded } from "./guard.ts"
import { ManifestError } from "./manifestError.ts"
import { canvasOf, withoutCanvas } from "./prune.ts"
import { fromUnknown } from "./read.ts"

type Edited = Result.Result<Manifest, ManifestError>

const failure = (findings: ReadonlyArray<Finding>): Edited => {
  const collector = new Collector()
  collector.add(findings)
  return Result.fail(new ManifestError({ findings: collector.findings }))
}

/** The manifest after an edit, if it is still valid; an edit of something else, or that throws, is a failure. */
const edited = (manifest: Manifest, edit: (items: ReadonlyArray<Canvas>) => Edited): Edited => {
  const { items }: { readonly items?: unknown } = isObject(manifest) ? manifest : {}
  if (!Array.isArray(items)) {
    const expected = "a manifest with its canvases"
    return failure([finding("value-kind", "manifest", `it is ${kindOf(manifest)}`, { expected })])
  }
  let result: Edited | undefined
  const found = guarded("manifest", () => {
    result = edit(items)
    return []
  })
  return result ?? failure(found)
}

const noCanvas = (id: string): Edited =>
  failure([
    finding("page-missing", "id", `the manifest has no canvas with this id: ${kindOf(id)}`, {
      expected: "the id of a canvas of the manifest",
      remedy: "use the id of one of the canvases in items",
      clause: "Presentation 3.0, 5.2"
    })
  ])

/** What is wrong with a position among a number of canvases, counted from 0. */
const positionFindings = (position: number, length: number): ReadonlyArray<Finding> =>
  Number.isInteger(position) && position >= 0 && position <= length ? [] : [
    finding("value-kind", "position", `it is ${kindOf(position)}`, {
      expected: `an integer from 0 to ${length}`,
      remedy: `count from 0; ${length} is after the last canvas`,
      clause: "Presentation 3.0, 5.2"
    })
  ]

const idOf = (canvas: unknown): unknown => isObject(canvas) ? canvas["id"] : undefined

/** Canvases that the manifest has already, or that are given twice. */
const duplicateFindings = (
  items: ReadonlyArray<Canvas>,
  canvases: ReadonlyArray<Canvas>
): ReadonlyArray<Finding> => {
  const known = new Set<unknown>(items.map(idOf))
  return canvases.flatMap((canvas, index) => {
    const id = idOf(canvas)
    const isNew = id === undefined || !known.has(id)
    known.add(id)
    return isNew ? [] : [
      finding("id-duplicate", `canvases[${index}].id`, `the manifest has a canvas with this id: ${kindOf(id)}`, {
        remedy: "give the canvas another id, or change the one that is there with updatePage"
      })
    ]
  })
}

/** The manifest with other canvases, if it is still valid. */
const withCanvases = (manifest: Manifest, items: ReadonlyArray<Canvas>): Edited => fromUnknown({ ...manifest, items })

export const insert = (manifest: Manifest, position: number, canvases: ReadonlyArray<Canvas>): Edited =>
  edited(manifest, (items) => {
    if (!Array.isArray(canvases)) {
      const expected = "a list of canvases"
      return failure([finding("value-kind", "canvases", `it is ${kindOf(canvases)}`, { expected })])
    }
    const found = [...positionFindings(position, items.length), ...duplicateFindings(items, canvases)]
    return found.length > 0
      ? failure(found)
      : withCanvases(manifest, [...items.slice(0, position), ...canvases, ...items.slice(position)])
  })

export const update = (manifest: Manifest, id: string, change: (canvas: Canvas) => Canvas): Edited =>
  edited(manifest, (items) => {
    const index = items.findIndex((canvas) => idOf(canvas) === id)
    const canvas = items[index]
    if (canvas === undefined) return noCanvas(id)
    if (typeof change !== "function") {
      return failure([finding("value-kind", "change", `it is ${kindOf(change)}`, { expected: "a function" })])
    }
    const changed = change(canvas)
    const isTaken = idOf(changed) !== id && items.some((one) => idOf(one) === idOf(changed))
    return isTaken
      ? failure([finding("id-duplicate", "change", `the manifest has another canvas ${kindOf(idOf(changed))}`)])
      : withCanvases(manifest, items.with(index, changed))
  })

export const move = (manifest: Manifest, id: string, position: number): Edited =>
  edited(manifest, (items) => {
    const found = items.find((canvas) => idOf(canvas) === id)
    if (found === undefined) return noCanvas(id)
    const others = items.filter((canvas) => canvas !== found)
    const wrong = positionFindings(position, others.length)
    return wrong.length > 0 ? failure(wrong) : withCanvases(manifest, others.toSpliced(position, 0, found))
  })

const isAbout = (place: unknown, ids: ReadonlySet<unknown>): boolean =>
  Array.isArray(place) ? place.some((one) => isAbout(one, ids)) : place !== undefined && ids.has(canvasOf(place))

/** The annotations in what stays of a manifest that target, or link to, what is to be removed. */
class Mentions {
  readonly findings: Array<Finding> = []
  readonly #removed: ReadonlySet<unknown>

  constructor(removed: ReadonlySet<unknown>) {
    this.#removed = removed
  }

  #annotation(annotation: { readonly [key: string]: unknown }, path: string): void {
    for (const key of ["target", "body"]) {
      if (!isAbout(annotation[key], this.#removed)) continue
      const what = key === "target" ? "it targets this canvas" : "it links to this canvas"
      this.findings.push(
        finding("target-elsewhere", `${path}.${key}`, `${what}, or a range that is removed with it`, {
          expected: "no annotation elsewhere that is about the canvas to remove",
          remedy: "remove the annotation first, or change it"
        })
      )
    }
  }

  find(value: unknown, path: string): void {
    if (Array.isArray(value)) return value.forEach((one, index) => this.find(one, pathBelow(path, index)))
    if (!isObject(value)) return
    if (value["type"] === "Annotation") return this.#annotation(value, path)
    if (path !== "" && this.#removed.has(value["id"])) return
    for (const [key, one] of Object.entries(value)) this.find(one, pathBelow(path, key))
  }
}

export const remove = (manifest: Manifest, id: string): Edited =>
  edited(manifest, (items) => {
    const others = items.filter((canvas) => idOf(canvas) !== id)
    if (others.length === items.length) return noCanvas(id)
    const { start, structures, ...rest } = manifest
    const { gone, ranges } = withoutCanvas(structures ?? [], id)
    const mentions = new Mentions(new Set([id, ...gone]))
    mentions.find(manifest, "")
    if (mentions.findings.length > 0) return failure(mentions.findings)
    return withCanvases({
      ...rest,
      ...(start === undefined || canvasOf(start) === id ? {} : { start }),
      ...(ranges.length === 0 ? {} : { structures: ranges })
    }, others)
  })
