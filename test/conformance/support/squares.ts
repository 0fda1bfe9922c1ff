/** The test picture of the image validator, drawn anew: a thousand pixels square, a hundred squares of unique colors. */
import { Effect } from "effect"
import sharp from "sharp"
import { distance, median, type Pixels } from "./service.ts"

export const SIDE = 1000
const COUNT = 10

/** Red tells the column and green the row, so that a picture that was mirrored or turned cannot pass for another. */
export const colorOf = (column: number, row: number): ReadonlyArray<number> => [
  20 + column * 23,
  20 + row * 23,
  (37 * column + 91 * row) % 256
]

export const squares: Effect.Effect<Buffer> = Effect.promise(() => {
  const square = SIDE / COUNT
  const data = Buffer.alloc(SIDE * SIDE * 3)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      data.set(colorOf(Math.floor(x / square), Math.floor(y / square)), (y * SIDE + x) * 3)
    }
  }
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } }).png().toBuffer()
})

export type Place = readonly [column: number, row: number]

/** The validator allows as much to JPEG. */
const TOLERANCE = 5

/** Every place of the grid. */
export const places: ReadonlyArray<Place> = Array.from(
  { length: COUNT * COUNT },
  (_, i) => [i % COUNT, Math.floor(i / COUNT)] as const
)

/** A few places, the corners among them. */
export const somePlaces: ReadonlyArray<Place> = [[0, 0], [9, 0], [0, 9], [9, 9], [4, 5], [7, 2], [1, 8]]

/** What is wrong with a picture of one square. */
export const problemsOfSquare = (pixels: Pixels, [column, row]: Place): ReadonlyArray<string> => {
  const seen = median(pixels, { left: 0, top: 0, right: pixels.width, bottom: pixels.height })
  const expected = colorOf(column, row)
  return distance(expected, seen) <= TOLERANCE ? [] : [`square ${column},${row} is ${seen}, not ${expected}`]
}

/** What is wrong with a picture of the whole grid, where `sourceOf` says which square is seen at a place. */
export const problemsOfGrid = (pixels: Pixels, sourceOf = (place: Place): Place => place): ReadonlyArray<string> => {
  const [width, height] = [pixels.width / COUNT, pixels.height / COUNT]
  return places.flatMap((place) => {
    const [column, row] = place
    const seen = median(pixels, {
      left: (column + 0.3) * width,
      right: (column + 0.7) * width,
      top: (row + 0.3) * height,
      bottom: (row + 0.7) * height
    })
    const expected = colorOf(...sourceOf(place))
    return distance(expected, seen) <= TOLERANCE ? [] : [`at ${column},${row} is ${seen}, not ${expected}`]
  })
}
