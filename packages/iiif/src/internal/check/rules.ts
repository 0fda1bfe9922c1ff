import { findingOf, type Rule } from "./finding.ts"

const p3 = (clause: string) => `Presentation 3.0, ${clause}`

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

const text = {
  "not-json": error("RFC 8259", "JSON text", "pass the complete JSON of the manifest"),
  "presentation-2": error(
    p3("5.2"),
    "a Presentation 3 document",
    "convert it with Presentation2.toPresentation3 or collectionToPresentation3, then check the result"
  ),
  "presentation-4": error(
    p3("4.6, @context"),
    "a Presentation 3 document",
    "check it with Presentation4.check, or convert it with Presentation4.toPresentation3"
  ),
  "too-deep": error("RFC 8259, 9", "values of limited depth", "remove what repeats or contains itself"),
  "too-large": error("RFC 8259, 9", "a document of limited size", "divide it into several documents"),
  "unreadable": error("RFC 8259", "JSON", "pass parsed JSON, not objects that compute their properties")
}

const structure = {
  "value-kind": error(p3("3"), "a value of another type", "write the value in the expected form"),
  "missing": error(p3("3"), "the property", "add the property"),
  "class": error(
    p3("3.2, type"),
    "another class of resource",
    "correct the type, or move the resource to where it belongs"
  ),
  "property-unknown": error(
    p3("4.6"),
    "only properties that the class defines",
    "remove the property: IIIF's own schema rejects manifests and annotation pages with other properties"
  ),
  "property-misplaced": warning(
    p3("3"),
    "only properties that the class may have",
    "move it to a resource that it is for, or remove it: clients ignore it here"
  ),
  "property-unmapped": warning(
    p3("4.6"),
    "properties that the specification or a context of the document defines",
    "correct the name, give it a prefix, or add the context that defines it"
  ),
  "property-extension": warning(
    p3("4.6"),
    "only properties that the class defines",
    "keep it if it is meant: the specification allows extensions, but IIIF's own schema rejects them here"
  ),
  "context": error(
    p3("4.6, @context"),
    "http://iiif.io/api/presentation/3/context.json, alone or last in a list of URIs",
    "use that context, last if there are several"
  ),
  "id-uri": error(p3("3.2, id"), "an http or https URI", "give the resource a percent-encoded http(s) address"),
  "id-fragment": error(p3("5.3"), "a canvas id without a fragment", "remove the # and everything after it"),
  "id-duplicate": error(p3("3.2, id"), "an id that no other resource has", "give each resource its own id"),
  "uri": error("RFC 3986", "a URI", "write an absolute, percent-encoded URI"),
  "size": error(p3("3.2, height and width"), "an integer above 0", "give the size in whole pixels"),
  "size-pair": error(
    p3("5.3"),
    "both width and height, or a duration, or all three",
    "give width and height together, or a duration"
  ),
  "duration": error(p3("3.2, duration"), "a number of seconds above 0", "give the length in seconds"),
  "format": error(p3("3.2, format"), "a media type such as image/jpeg", "write a type and a subtype"),
  "range-empty": error(p3("3.4, items"), "at least one canvas or range", "give the range an item, or remove it"),
  "list-empty": warning(
    p3("4.3"),
    "a list with at least one item",
    "list something, or omit the property where it may be absent"
  ),
  "manifest-empty": error(p3("5.2"), "at least one canvas", "give the manifest at least one page"),
  "collection-cycle": warning(
    p3("5.1"),
    "collections that do not contain themselves",
    "remove the inner entry: clients that follow it never finish"
  ),
  "canvas-empty": warning(p3("5.3"), "something painted on the canvas", "give the canvas an image"),
  "placeholder-nested": error(
    p3("3.1, placeholderCanvas"),
    "a canvas without a placeholder or accompanying canvas of its own",
    "remove the inner placeholderCanvas or accompanyingCanvas"
  )
}

const values = {
  "language-tag": error(p3("4.4"), "a BCP 47 tag or \"none\"", "write a BCP 47 tag such as en or de-CH"),
  "language-digits": error(
    p3("4.4"),
    "a tag of letters and hyphens",
    "use a tag without digits: the tag is valid, but IIIF's own schema rejects digits"
  ),
  "language-empty": warning(p3("4.4"), "at least one value per language", "give a value, or omit the language"),
  "value-empty": warning(p3("3.1, metadata"), "a label or value to show", "give a value, or omit the entry"),
  "language-list": warning(p3("3.2, language"), "a list of language tags", "write a list, such as [\"en\"]"),
  "text-empty": error(
    p3("3.1, label"),
    "at least one language with a value",
    "give a value in at least one language, or under \"none\""
  ),
  "rights-uri": error(
    p3("3.1, rights"),
    "a URI such as http://creativecommons.org/publicdomain/zero/1.0/",
    "give the URI of the license; put other text in requiredStatement"
  ),
  "rights-https": error(
    p3("3.1, rights"),
    "the canonical URI of the license",
    "write the canonical URI"
  ),
  "rights-unknown": error(
    p3("3.1, rights"),
    "a Creative Commons or RightsStatements.org URI",
    "choose one of those; put a statement of your own in requiredStatement"
  ),
  "rights-form": warning(
    p3("3.1, rights"),
    "the URI of a license or statement that exists",
    "open the address and copy the URI given there"
  ),
  "rights-corrected": warning(
    p3("3.1, rights"),
    "the canonical URI of the license",
    "the canonical URI was used; give it in the description too"
  ),
  "behavior-unknown": error(p3("3.2, behavior"), "a behavior of Presentation 3.0", "correct or remove it"),
  "behavior-misplaced": warning(
    p3("3.2, behavior"),
    "a behavior that applies to this class",
    "move it to a resource of the class it is meant for"
  ),
  "behavior-conflict": warning(
    p3("3.2, behavior"),
    "only one of several mutually exclusive behaviors",
    "keep one of them"
  ),
  "viewing-direction": error(
    p3("3.2, viewingDirection"),
    "left-to-right, right-to-left, top-to-bottom or bottom-to-top",
    "choose one of the four"
  ),
  "nav-date": error(
    p3("3.1, navDate"),
    "a date and time with a time zone, such as 1856-01-01T00:00:00Z",
    "write the date, time and time zone"
  ),
  "service-mixed": error(
    p3("3.3.1, service"),
    "id and type, or @id and @type",
    "keep @id and @type for services that predate Image API 3, id and type for others"
  ),
  "service2-id": warning(
    p3("3.3.1, service"),
    "@id and @type on an ImageService2",
    "rename id to @id and type to @type"
  ),
  "choice-id": error(
    p3("5.7"),
    "a nested Choice without an id",
    "remove the id: with one, IIIF's own schema matches it as two different things"
  ),
  "selector": error("Web Annotation Data Model, 4.2", "a selector that IIIF supports", "correct the selector's type")
}

const content = {
  "motivation": error(
    p3("5.3"),
    "the motivation painting",
    "set motivation to painting, or move the annotation to annotations"
  ),
  "body-missing": error(p3("5.6"), "a body to paint", "give the annotation its image as its body"),
  "painting-misplaced": error(
    p3("3.4, annotations"),
    "another motivation than painting",
    "move the annotation to the items of its canvas, or change its motivation"
  ),
  "target-outside": warning(
    p3("5.3"),
    "a part within the canvas",
    "correct the coordinates or times: nothing may be outside of the canvas"
  ),
  "fragment": warning(
    "Media Fragments URI 1.0, 4.2",
    "a fragment such as xywh=0,0,100,200 or t=10,20",
    "correct the fragment"
  ),
  "annotation-elsewhere": warning(
    p3("3.4, annotations"),
    "annotations about the resource that has them",
    "set the target to the resource, or move the annotation to what it is about"
  ),
  "image-is-service": warning(
    p3("5.7"),
    "the address of an image, not of its service",
    "request the image from its service, such as /full/max/0/default.jpg"
  ),
  "context-embedded": warning(
    p3("4.6, @context"),
    "a context only at the top of the document",
    "remove it here"
  ),
  "target-dimension": error(
    p3("5.3"),
    "a part in dimensions that the canvas has",
    "give the canvas the dimension, or select the part otherwise"
  ),
  "body-dimension": error(
    p3("5.3"),
    "content with the dimensions that the canvas has",
    "give the canvas the dimension, or use rendering or another motivation"
  ),
  "paging-misplaced": warning(
    p3("5.8"),
    "links to other pages only on pages of an Annotation Collection",
    "add partOf to a page of an Annotation Collection, or remove the links"
  ),
  "target-elsewhere": error(
    p3("5.6"),
    "the canvas that the annotation is on as its target",
    "set the target to the id of this canvas"
  ),
  "range-target": error(p3("5.4"), "a canvas of this manifest", "correct the id, or remove the entry"),
  "range-outside": warning(
    p3("5.4"),
    "a range of this manifest",
    "correct the id, or make sure that clients can fetch the range there"
  ),
  "range-cycle": error(p3("5.4"), "ranges that do not contain themselves", "remove the inner reference"),
  "start-id": warning(p3("3.3.2, start"), "a part with an id", "give the part an id of its own"),
  "start-target": error(p3("3.3.2, start"), "a canvas of this manifest", "correct the id, or omit start"),
  "canvas-ratio": warning(
    p3("5.3"),
    "a canvas with the proportions of the image that fills it",
    "give the canvas and image the same proportions, or add a target with xywh"
  ),
  "image-request-size": warning(
    "Image API 3.0, 4.2",
    "the width and height that the address requests",
    "give the size that the image service returns"
  ),
  "image-larger-than-service": warning(
    p3("3.2, height and width"),
    "an image no larger than its service says",
    "correct the size of the image or of the service"
  ),
  "image-size-differs": error(
    p3("3.2, height and width"),
    "the size of the image itself",
    "take the size from the image's header or info.json"
  ),
  "thumbnail-service": warning(
    p3("3.1, thumbnail"),
    "a thumbnail with its image service",
    "add the service: viewers request the size they need from it, and some show no thumbnail without it"
  )
}

const building = {
  "page-id": error(
    p3("3.2, id"),
    "an id of ASCII letters, digits and . _ ~ -",
    "choose an id that needs no encoding in a URI: the ids of the canvas and annotations are derived from it"
  ),
  "page-duplicate": error(
    p3("3.2, id"),
    "an id that no other page has",
    "give each page its own id; several pages with different ids may show the same image"
  ),
  "page-missing": error(
    p3("5.4"),
    "the id of a page",
    "use the id of a page of the manifest"
  ),
  "choice-target": warning(
    p3("5.7"),
    "choices that are painted where the page's image is",
    "set the target on the page's image instead, or make the choice a layer"
  ),
  "region-outside": error(
    p3("5.6"),
    "a region within the whole",
    "correct x, y, width and height, in pixels of the whole"
  )
}

/** All rules by code. The meaning of a code never changes. */
export const rules = { ...text, ...structure, ...values, ...content, ...building } satisfies {
  readonly [code: string]: Rule
}

export type Code = keyof typeof rules

export const finding = findingOf(rules)
