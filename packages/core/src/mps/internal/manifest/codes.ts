import { findingOf, type Rule } from "@iiif-ingest/iiif/Manifest"

const error = (clause: string, expected: string, remedy: string): Rule => ({
  severity: "error",
  clause,
  expected,
  remedy
})

const warning = (clause: string, expected: string, remedy: string): Rule => ({
  ...error(clause, expected, remedy),
  severity: "warning"
})

/**
 * What each code of a finding about MPS stands for. A code never changes its meaning.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes = {
  "mps-label-none": warning(
    "docs/mps.md, 2.4",
    "a value of the manifest's label under none",
    "add none: MPS's own viewer reads nothing else and shows [object Object]"
  ),
  "mps-manifest-name": warning(
    "docs/mps.md, 2.3",
    "a name of capital letters and digits",
    "use capital letters: MPS upper-cases names, and two that differ by case become one"
  ),
  "mps-manifest-version": warning("docs/mps.md, 2.4", "an id that ends in :MANIFEST:3", "use the address of version 3"),
  "mps-address": warning(
    "docs/mps.md, 1.6",
    "an address of the environment it is sent to",
    "build it for this environment"
  ),
  "mps-full-size": warning(
    "docs/mps.md, 2.4",
    "a bounded size, or max",
    "write max or a width in place of full: MPS throttles /full/full/"
  ),
  "mps-image-format": warning(
    "docs/mps.md, 2.4",
    "default.jpg with image/jpeg",
    "name the image as default.jpg: MPS serves jpg, tif, gif and png only, and browsers show no TIFF"
  ),
  "mps-id-case": warning(
    "docs/mps.md, 2.3",
    "ids that differ by more than case",
    "choose ids that also differ in lower case: MPS does not tell them apart"
  ),
  "manifest-id": error("docs/mps.md, 2.2", "an http(s) address of the manifest", "give the manifest its address as id"),
  "manifest-name": error("docs/mps.md, 2.3", "a name of capital letters and digits", "use the name that is offered"),
  "image-id-case": error(
    "docs/mps.md, 2.3",
    "images with ids that differ by more than case",
    "give each image an id of its own"
  ),
  "image-missing": error(
    "Presentation 3.0, 5.4",
    "the id or the name of an image",
    "name an image that the manifest has"
  ),
  "image-ambiguous": error("Presentation 3.0, 5.4", "a name that only one image has", "name the image by its id"),
  "image-unsaid": warning(
    "Presentation 3.0, 5.6",
    "of an image on another's page, only how it is painted and its label",
    "say the rest of the image whose page it is, or give this one a page of its own"
  )
} satisfies { readonly [code: string]: Rule }

/**
 * Makes a finding about MPS; what is not given comes from {@link codes}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const finding: ReturnType<typeof findingOf<keyof typeof codes>> = findingOf(codes)
