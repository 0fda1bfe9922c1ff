import type { Rule } from "./finding.ts"

/**
 * Reports a finding with one of the rule set's codes. `below` is its path within the value that the rule was called
 * with; by default the finding is about that value itself.
 *
 * @category models
 * @since 0.1.0
 */
export type Report = (code: string, message: string, below?: ReadonlyArray<string | number>) => void

/**
 * The size and the format of an Image API request: `max` and `jpg` for `/full/max/0/default.jpg`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImageRequest {
  readonly size: string
  readonly format: string
}

/**
 * Rules beyond the specification, such as the requirements of one service. Rules are applied before a document is known
 * to be valid, so they must expect values of any kind.
 *
 * - `codes`: what each code of the set stands for.
 * - `manifest`: rules for a manifest as a whole. While a manifest is being built, its canvases have only `id`, `type`,
 *   `height` and `width`, since the canvases of a large manifest do not fit in memory.
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
