import type { ImageSource } from "../ImageSource.ts"
import { location } from "../ImageSource.ts"

interface Sourced {
  readonly source: ImageSource
}

/** A path without empty and `.` segments, so that `./a.tif` and `a.tif` are seen to be the same file. */
const plainPath = (path: string): string => path.replace(/\/(?:\.?\/)+/g, "/").replace(/^(?:\.\/)+/, "")

/** What tells files apart. Images in memory are never the same file. */
const fileOf = (item: Sourced): string | Sourced =>
  item.source._tag === "FileSource" ? plainPath(item.source.path) : item

/** Names an image for a message about one with the same location, which would otherwise seem to collide with itself. */
const nameFor = (source: ImageSource, other: ImageSource): string =>
  location(source) === location(other) ? `another image named ${location(other)}` : location(other)

/**
 * An item that shares a property with others of a list.
 *
 * - `times`: how often its file is given with this property; 1 unless the same file is given again.
 * - `others`: the other images with this property, each file once.
 */
export interface Shared<A> {
  readonly item: A
  readonly group: ReadonlyArray<A>
  readonly times: number
  readonly others: ReadonlyArray<string>
}

const sharedIn = <A extends Sourced>(group: ReadonlyArray<A>): ReadonlyArray<Shared<A>> => {
  const byFile = [...Map.groupBy(group, fileOf).values()]
  return byFile.flatMap((same) => {
    const others = byFile.flatMap((other) => other === same ? [] : other.slice(0, 1))
    return same.map((item) => ({
      item,
      group,
      times: same.length,
      others: others.map((other) => nameFor(item.source, other.source))
    }))
  })
}

/** The items that share a property with others, each with those others. */
export const sharing = <A extends Sourced>(
  items: ReadonlyArray<A>,
  propertyOf: (item: A) => string
): ReadonlyArray<Shared<A>> =>
  [...Map.groupBy(items, propertyOf).values()].filter((group) => group.length > 1).flatMap(sharedIn)
