import * as Schema from "effect/Schema"
import { Finding } from "../check/finding.ts"

/** How many findings an error message lists. */
const maxListed = 20

/**
 * The manifest is invalid; `findings` has every error.
 *
 * @category errors
 * @since 0.1.0
 */
export class ManifestError extends Schema.TaggedError<ManifestError>()("ManifestError", {
  findings: Schema.Array(Finding)
}) {
  override get message() {
    const lines = this.findings.slice(0, maxListed).map(({ code, expected, message, path, remedy }) =>
      `  ${path}: ${message}; expected: ${expected}; ${remedy} [${code}]`
    )
    const more = this.findings.length > maxListed ? [`  and ${this.findings.length - maxListed} more`] : []
    return ["the manifest is invalid:", ...lines, ...more].join("\n")
  }
}
