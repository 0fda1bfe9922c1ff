/** An image request that cannot be answered, and why. */
import * as Schema from "effect/Schema"

/**
 * `status` is 400 for a request that is wrong (Image API 3.0, section 7.3), 403 for one that asks for more than the policy
 * of the image allows, 503 for one that took too long.
 */
export class ImageRefused extends Schema.TaggedError<ImageRefused>()("ImageRefused", {
  status: Schema.Literals([400, 403, 503]),
  problem: Schema.String
}) {
  override get message() {
    return this.problem
  }
}

export const wrong = (problem: string) => new ImageRefused({ status: 400, problem })
