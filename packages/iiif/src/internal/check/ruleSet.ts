import type { Rule } from "./finding.ts"

/**
 * Reports a finding by one of the rule set's codes. `below` is where, under what is looked at; that itself by default.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = (code: string, message: string, below?: ReadonlyArray<string | number>) => void

/**
 * The size and the format in an Image API request, `/full/max/0/default.jpg`: `max` and `jpg`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageRequest {
  readonly size: string
  readonly format: string
}

/**
 * Rules beyond the specification's, such as what one service makes of manifests. A rule that may see anything at all
 * should expect that: documents are checked before they are known to be valid.
 *
 * - `codes`: what each code of the set stands for.
 * - `manifest`: rules for a manifest as a whole.
 * - `image`: rules for each resource of type `Image`, with its Image API request if its `id` is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface RuleSet {
  readonly codes: { readonly [code: string]: Rule }
  readonly manifest?: (manifest: { readonly [key: string]: unknown }, report: Report) => void
  readonly image?: (
    image: { readonly [key: string]: unknown },
    request: ImageRequest | undefined,
    report: Report
  ) => void
}
