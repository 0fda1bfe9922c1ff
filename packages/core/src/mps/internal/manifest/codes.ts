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
 * The meaning of each code of a finding about MPS; it never changes.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes = {
  "mps-label-none": warning(
    "docs/mps.md, 2.4",
    "a value under none in the manifest's label",
    "add a value under none: MPS's own viewer reads no other and shows [object Object] without it"
  ),
  "mps-manifest-name": warning(
    "docs/mps.md, 2.3",
    "a name that is known to work and that no other manifest has in another case",
    "make sure that no other manifest has this name in another case, and that this one is served"
  ),
  "mps-manifest-version": warning("docs/mps.md, 2.4", "an id that ends in :MANIFEST:3", "use the address of version 3"),
  "mps-address": warning(
    "docs/mps.md, 1.6",
    "an address in the environment that the manifest is sent to",
    "build the manifest for this environment"
  ),
  "mps-full-size": warning(
    "docs/mps.md, 2.4",
    "a bounded size, or max",
    "use max or a width instead of full: MPS throttles /full/full/"
  ),
  "mps-image-format": warning(
    "docs/mps.md, 2.4",
    "default.jpg with image/jpeg",
    "use default.jpg: MPS serves only jpg, tif, gif and png, and browsers do not display TIFF"
  ),
  "mps-id-case": warning(
    "docs/mps.md, 2.3",
    "ids that differ in more than case",
    "choose ids that still differ in lower case: MPS does not distinguish case"
  ),
  "manifest-id": error(
    "docs/mps.md, 2.2",
    "an http(s) address of the manifest",
    "set the id to the address of the manifest"
  ),
  "manifest-name": error(
    "docs/mps.md, 2.3",
    "a name that an address can have without encoding",
    "choose a name of letters, digits and _"
  ),
  "image-id-case": error(
    "docs/mps.md, 2.3",
    "image ids that differ in more than case",
    "give each image its own id"
  ),
  "image-missing": error(
    "Presentation 3.0, 5.4",
    "the id or name of an image",
    "use the id or name of an image of the manifest"
  ),
  "image-ambiguous": error(
    "Presentation 3.0, 5.4",
    "an id or name that only one image has",
    "refer to the image by an id or name that no other has"
  ),
  "image-unsaid": warning(
    "Presentation 3.0, 5.6",
    "on an image without a page of its own, only its label and how it is painted",
    "move the other fields to the image whose page it is, or give this image its own page"
  )
} satisfies { readonly [code: string]: Rule }

/**
 * Makes a finding about MPS; the fields that are not given come from {@link codes}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const finding: ReturnType<typeof findingOf<keyof typeof codes>> = findingOf(codes)
