import { isObject } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Canvas, Manifest } from "../../Presentation3.ts"
import { Finding } from "../check/finding.ts"
import { imageAddress } from "../imageAddress.ts"
import { Change } from "./changes.ts"
import { ManifestError } from "./manifestError.ts"
import { fromUnknown } from "./read.ts"

/** Whether two JSON values are equal; the order of fields does not matter. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => isSame(value, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}

const isJson = Schema.is(Schema.Json)

const values = (before: unknown, after: unknown) => ({
  ...(isJson(before) ? { before } : {}),
  ...(isJson(after) ? { after } : {})
})

const extentOf = ({ duration, height, width }: Canvas) => ({
  ...(width === undefined ? {} : { width }),
  ...(height === undefined ? {} : { height }),
  ...(duration === undefined ? {} : { duration })
})

/** The addresses of painted images: that of its image service for an image that has one. */
const addresses = (body: unknown): ReadonlyArray<string> => {
  if (Array.isArray(body)) return body.flatMap(addresses)
  if (!isObject(body)) return typeof body === "string" ? [body] : []
  if (body["type"] === "Choice") return addresses(body["items"])
  if (body["type"] === "SpecificResource") return addresses(body["source"])
  const address = imageAddress(body)
  return address === undefined ? [] : [address]
}

const imagesOf = (canvas: Canvas): ReadonlyArray<string> =>
  canvas.items.flatMap((page) => page.items.flatMap((annotation) => addresses(annotation.body)))

const images = (before: Canvas, after: Canvas): ReadonlyArray<Change> => {
  if (isSame(before.items, after.items)) return []
  const [old, next] = [imagesOf(before), imagesOf(after)]
  return [
    isSame(old, next)
      ? Change.cases.ImageChanged.make({ of: after.id })
      : Change.cases.ImageReplaced.make({ of: after.id, before: old, after: next })
  ]
}

/** Properties that are compared separately. */
const comparedSeparately = new Set(["id", "label", "metadata", "width", "height", "duration", "items", "structures"])

const change = (of: string, property: string, before: unknown, after: unknown): Change => {
  const both = values(before, after)
  if (property === "label") return Change.cases.LabelChanged.make({ of, ...both })
  if (property === "metadata") return Change.cases.MetadataChanged.make({ of, ...both })
  if (property === "structures") return Change.cases.RangesChanged.make({ of, ...both })
  return Change.cases.PropertyChanged.make({ of, property, ...both })
}

const properties = (of: string, before: object, after: object, first: ReadonlyArray<string>): ReadonlyArray<Change> => {
  const old = new Map<string, unknown>(Object.entries(before))
  const next = new Map<string, unknown>(Object.entries(after))
  const names = new Set([...old.keys(), ...next.keys()].filter((name) => !comparedSeparately.has(name)))
  return [...first, ...names].flatMap((name) =>
    isSame(old.get(name), next.get(name)) ? [] : [change(of, name, old.get(name), next.get(name))]
  )
}

const canvas = (before: Canvas, after: Canvas): ReadonlyArray<Change> => {
  const [old, next] = [extentOf(before), extentOf(after)]
  return [
    ...(isSame(old, next) ? [] : [Change.cases.SizeChanged.make({ of: after.id, before: old, after: next })]),
    ...images(before, after),
    ...properties(after.id, before, after, ["label", "metadata"])
  ]
}

/** The members of the longest increasing subsequence; the pages at other positions were moved. */
const longestIncreasing = (numbers: ReadonlyArray<number>): ReadonlySet<number> => {
  const ends: Array<number> = []
  const previous: Array<number> = []
  for (const [index, value] of numbers.entries()) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < value) low = middle + 1
      else high = middle
    }
    previous[index] = ends[low - 1] ?? -1
    ends[low] = index
  }
  const kept = new Set<number>()
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) kept.add(numbers[index] ?? -1)
  return kept
}

const positions = ({ items }: Manifest): ReadonlyMap<string, number> =>
  new Map(items.map(({ id }, position) => [id, position]))

const pages = (before: Manifest, after: Manifest): ReadonlyArray<Change> => {
  const [old, next] = [positions(before), positions(after)]
  const kept = longestIncreasing(after.items.flatMap(({ id }) => old.get(id) ?? []))
  const changes: Array<Change> = []
  for (const [position, { id }] of before.items.entries()) {
    if (!next.has(id)) changes.push(Change.cases.PageRemoved.make({ id, position }))
  }
  for (const [to, page] of after.items.entries()) {
    const from = old.get(page.id)
    const earlier = from === undefined ? undefined : before.items[from]
    if (from === undefined || earlier === undefined) {
      changes.push(Change.cases.PageAdded.make({ id: page.id, position: to }))
      continue
    }
    if (!kept.has(from)) changes.push(Change.cases.PageMoved.make({ id: page.id, from, to }))
    changes.push(...canvas(earlier, page))
  }
  return changes
}

const changes = (before: Manifest, after: Manifest): ReadonlyArray<Change> => [
  ...(before.id === after.id ? [] : [change(after.id, "id", before.id, after.id)]),
  ...properties(after.id, before, after, ["label", "metadata", "structures"]),
  ...pages(before, after)
]

const below = (name: string, path: string): string =>
  path === "" || path.startsWith("[") ? `${name}${path}` : `${name}.${path}`

/** The errors of one of the manifests, below its name. */
const problems = (name: "after" | "before", manifest: Manifest): ReadonlyArray<Finding> => {
  const read = fromUnknown(manifest)
  return Result.isSuccess(read)
    ? []
    : read.failure.findings.map((finding) => Finding.make({ ...finding, path: below(name, finding.path) }))
}

/** Compares two manifests that are valid: of others nothing can be relied upon. */
export const diff = (before: Manifest, after: Manifest): Result.Result<ReadonlyArray<Change>, ManifestError> => {
  const findings = [...problems("before", before), ...problems("after", after)]
  return findings.length > 0 ? Result.fail(new ManifestError({ findings })) : Result.succeed(changes(before, after))
}
