/**
 * Whether a manifest and its images are really served: what `sandbox.assertServed` returns or fails with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * `audience`: who looks at the images, which matters where a policy shows the public less (default: `public`).
 *
 * @category options
 * @since 0.1.0
 */
export interface ServedOptions {
  readonly audience?: "public" | "authenticated"
}

/**
 * What was asked for and came as it should.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServedReport {
  /** The address at which the manifest was found in the end. */
  readonly manifest: string
  readonly canvases: number
  /** Image services, each once however often it is painted. */
  readonly services: number
  /** Images that were fetched and decoded: tiles, and whole images in the smallest size. */
  readonly images: number
}

/**
 * One thing that is not served as it should be.
 *
 * @category models
 * @since 0.1.0
 */
export const ServedProblem = Schema.Struct({
  /** The canvas by its position, from 1; missing for the manifest itself. */
  canvas: Schema.optionalKey(Schema.Int),
  /** The address that was asked for. */
  url: Schema.String,
  problem: Schema.String
})

/**
 * @category models
 * @since 0.1.0
 */
export type ServedProblem = typeof ServedProblem.Type

const lineOf = ({ canvas, problem, url }: ServedProblem) =>
  `${canvas === undefined ? "" : `canvas ${canvas}: `}${url}: ${problem}`

const SHOWN = 20

/**
 * A manifest that is not served as it should be, with all its problems.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotServed extends Schema.TaggedError<NotServed>()("NotServed", {
  manifest: Schema.String,
  problems: Schema.NonEmptyArray(ServedProblem)
}) {
  override get message() {
    const { length } = this.problems
    const more = length > SHOWN ? [`and ${length - SHOWN} more`] : []
    return [
      `${this.manifest} is not served: ${length} problem${length === 1 ? "" : "s"}`,
      ...[...this.problems.slice(0, SHOWN).map(lineOf), ...more].map((line) => `  ${line}`)
    ].join("\n")
  }
}
