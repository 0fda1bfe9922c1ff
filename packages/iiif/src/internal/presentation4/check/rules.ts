import { findingOf, type Rule } from "../../check/finding.ts"

/** How findings cite the specification: the heading of the text. */
export const clause = (heading: string): string => `Presentation 4.0 (release candidate), ${heading}`

const error = (heading: string, expected: string, remedy: string): Rule => ({
  severity: "error",
  clause: clause(heading),
  expected,
  remedy
})

const warning = (heading: string, expected: string, remedy: string): Rule => ({
  ...error(heading, expected, remedy),
  severity: "warning"
})

/** All rules by code. Their codes differ from those for Presentation 3. */
export const rules = {
  "p4-not-json": error("Technical Considerations", "a JSON document of limited size and depth", "pass the parsed JSON"),
  "p4-document": error(
    "Classes",
    "a Manifest, Collection, CollectionPage, AnnotationPage or AnnotationCollection",
    "check the document that contains this resource"
  ),
  "p4-context": error(
    "JSON-LD Contexts and Extensions",
    "http://iiif.io/api/presentation/4/context.json, alone or last in a list",
    "use that context, last if there are several"
  ),
  "p4-context-embedded": error(
    "JSON-LD Contexts and Extensions",
    "a context only at the top of the document",
    "remove the context, or move it to the top"
  ),
  "p4-missing": error("Classes", "the property", "add the property"),
  "p4-kind": error("Properties", "a value of another kind", "write the value in the expected form"),
  "p4-class": error("Classes", "another class of resource", "correct the type, or move the resource"),
  "p4-renamed": error("Properties", "the name of Presentation 4", "rename it"),
  "p4-id": error("id", "an http or https URI", "give the resource an absolute, percent-encoded http(s) address"),
  "p4-container-id": error(
    "Container Classes",
    "a container id without a fragment",
    "remove the # and everything after it"
  ),
  "p4-size": error("height, width", "an integer above 0", "give the size as a whole number"),
  "p4-duration": error("duration", "a number of seconds above 0", "give the length in seconds"),
  "p4-language-map": error(
    "Language of Property Values",
    "an object that maps languages to lists of strings",
    "write the text as in {\"en\": [\"Title\"]}"
  ),
  "p4-manifest-empty": error("items", "at least one container", "give the manifest its first container"),
  "p4-painting": error(
    "annotations",
    "annotations whose motivation is not painting",
    "move the annotation to the items of its container"
  ),
  "p4-not-painting": warning(
    "Container Classes",
    "annotations with the motivation painting",
    "move the annotation to the annotations of its container"
  ),
  "p4-paged": error("Collection", "items, or first and last", "keep either the members or the pages"),
  "p4-embedded": error(
    "Collection",
    "a reference to the manifest, without its items",
    "remove the items: clients fetch the manifest by its id"
  ),
  "p4-body-value": error("body", "a TextualBody", "write the text as the value of a TextualBody"),
  "p4-behavior": warning("behavior", "a behavior of Presentation 4.0", "correct it, or define it in an extension"),
  "p4-provides": error("provides", "a value of the table of provides", "choose one of its values"),
  "p4-motivation": warning(
    "provides",
    "provides on an annotation with the motivation supplementing",
    "add the motivation, since clients ignore provides without it"
  ),
  "p4-stylesheet": error("stylesheet", "either an id or a value", "keep the address or the text of the stylesheet")
} satisfies { readonly [code: string]: Rule }

export type Code = keyof typeof rules

export const finding = findingOf(rules)
