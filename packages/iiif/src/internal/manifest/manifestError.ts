import * as Schema from "effect/Schema"
import { Finding } from "../check/finding.ts"

/** How many findings an error message lists. */
const maxListed = 20

/**
 * A manifest or a collection is invalid; `findings` has every error.
 *
 * @category errors
 * @since 0.1.0
 */
export class ManifestError extends Schema.TaggedError<ManifestError>()("ManifestError", {
  findings: Schema.Array(Finding)
}) {
  override get message() {
    const lines = this.findings.slice(0, maxListed).map(({ code, expected, message, path, remedy }) =>
      `  ${path === "" ? "" : `${path}: `}${message}; expected: ${expected}; ${remedy} [${code}]`
    )
    const all = this.findings.reduce((sum, { omitted = 0 }) => sum + 1 + omitted, 0)
    const more = all > lines.length ? [`  and ${(all - lines.length).toLocaleString("en")} more`] : []
    return ["the document is invalid:", ...lines, ...more].join("\n")
  }
}
