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
  "not-json": error("RFC 8259", "a text of JSON", "give the manifest's JSON itself, all of it"),
  "presentation-2": error(p3("5.2"), "a manifest of Presentation 3", "convert it with Presentation2, then check that"),
  "too-deep": error("RFC 8259, 9", "values that end", "take out what repeats or contains itself")
}

const structure = {
  "value-kind": error(p3("3"), "a value of another kind", "write the value in the form that is expected"),
  "missing": error(p3("3"), "the property", "add the property"),
  "class": error(
    p3("3.2, type"),
    "another class of resource",
    "correct the type, or put the resource where it belongs"
  ),
  "property-unknown": error(
    p3("4.6"),
    "only properties that the class has",
    "take the property out: IIIF's own schema refuses manifests and annotation pages with others"
  ),
  "context": error(
    p3("4.6, @context"),
    "http://iiif.io/api/presentation/3/context.json, alone or at the end of a list of URIs",
    "write that context, last where there are several"
  ),
  "id-uri": error(p3("3.2, id"), "an http or https URI", "give the resource an http(s) address, percent-encoded"),
  "id-fragment": error(p3("5.3"), "a canvas id without a fragment", "take away the part from # on"),
  "id-duplicate": error(p3("3.2, id"), "an id that no other resource has", "give each resource an id of its own"),
  "uri": error("RFC 3986", "a URI", "write an absolute URI, percent-encoded"),
  "size": error(p3("3.2, height and width"), "an integer above 0", "give the size in whole pixels"),
  "size-pair": error(
    p3("5.3"),
    "both width and height, or a duration, or all three",
    "give width and height together, or a duration"
  ),
  "duration": error(p3("3.2, duration"), "a number of seconds above 0", "give the length in seconds"),
  "format": error(p3("3.2, format"), "a media type such as image/jpeg", "write the media type in lower case"),
  "list-empty": warning(
    p3("4.3"),
    "a list with something in it",
    "leave the property out where there is nothing to say"
  ),
  "manifest-empty": error(p3("5.2"), "at least one canvas", "give the manifest at least one page"),
  "collection-cycle": warning(
    p3("5.1"),
    "collections that do not contain themselves",
    "take the inner entry out: clients that follow it come to no end"
  ),
  "canvas-empty": warning(p3("5.3"), "something painted on the canvas", "give the canvas an image"),
  "placeholder-nested": error(
    p3("3.1, placeholderCanvas"),
    "a canvas without a placeholder or companion of its own",
    "take the inner placeholderCanvas or accompanyingCanvas out"
  )
}

const values = {
  "language-tag": error(p3("4.4"), "a BCP 47 tag or \"none\"", "write the tag as BCP 47 has it, such as en or de-CH"),
  "language-digits": error(
    p3("4.4"),
    "a tag of letters and hyphens",
    "use the tag without digits: the tag is right, but IIIF's own schema refuses digits"
  ),
  "language-empty": error(p3("4.4"), "at least one value for a language", "give a value, or leave the language out"),
  "text-empty": error(
    p3("3.1, label"),
    "at least one language with a value",
    "say it in at least one language, or none"
  ),
  "rights-uri": error(
    p3("3.1, rights"),
    "a URI such as http://creativecommons.org/publicdomain/zero/1.0/",
    "give the licence's URI; words go into requiredStatement"
  ),
  "rights-https": error(p3("3.1, rights"), "the licence's URI in its http form", "write http:// in place of https://"),
  "rights-unknown": error(
    p3("3.1, rights"),
    "a URI of Creative Commons or RightsStatements.org",
    "choose one of those; a statement of your own goes into requiredStatement"
  ),
  "rights-form": warning(
    p3("3.1, rights"),
    "the URI of a licence or statement that exists",
    "open the address, and copy the URI that is given there"
  ),
  "rights-corrected": warning(
    p3("3.1, rights"),
    "the licence's URI in the form it is known by",
    "nothing: the builder has corrected it; write it so next time"
  ),
  "behavior-unknown": error(p3("3.2, behavior"), "one of the behaviors of Presentation 3.0", "correct or leave it out"),
  "behavior-misplaced": warning(
    p3("3.2, behavior"),
    "a behavior of this class",
    "move it to the class it is meant for"
  ),
  "behavior-conflict": warning(p3("3.2, behavior"), "one of those that exclude each other", "keep one of them"),
  "viewing-direction": error(
    p3("3.2, viewingDirection"),
    "left-to-right, right-to-left, top-to-bottom or bottom-to-top",
    "choose one of the four"
  ),
  "nav-date": error(
    p3("3.1, navDate"),
    "a moment with its time zone, such as 1856-01-01T00:00:00Z",
    "write date, time and zone"
  ),
  "service-mixed": error(
    p3("3.3.1, service"),
    "id and type, or @id and @type",
    "keep @id and @type for services older than Image API 3, id and type for others"
  ),
  "service2-id": warning(
    p3("3.3.1, service"),
    "@id and @type on an ImageService2",
    "rename id to @id and type to @type"
  ),
  "choice-id": error(
    p3("5.7"),
    "a nested Choice without an id",
    "take the id out: IIIF's own schema takes it for two things"
  ),
  "selector": error("Web Annotation Data Model, 4.2", "a selector that IIIF knows", "correct the selector's type")
}

const content = {
  "motivation": error(p3("5.3"), "the motivation painting", "set motivation to painting, or move it to annotations"),
  "body-missing": error(p3("5.6"), "a body to paint", "give the annotation its image as body"),
  "target-elsewhere": error(p3("5.6"), "the canvas it is on as target", "set the target to the id of this canvas"),
  "range-target": error(p3("5.4"), "a canvas or range of this manifest", "correct the id, or take the entry out"),
  "range-cycle": error(p3("5.4"), "ranges that do not contain themselves", "take the inner reference out"),
  "start-target": error(p3("3.3.2, start"), "a canvas of this manifest", "correct the id, or leave start out"),
  "canvas-ratio": warning(
    p3("5.3"),
    "a canvas with the proportions of the image that fills it",
    "give canvas and image the same proportions, or a target with xywh"
  ),
  "image-request-size": warning(
    "Image API 3.0, 4.2",
    "the width and height that the address asks for",
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
    "add the service: viewers ask it for the size they need, and some show none without"
  )
}

const building = {
  "page-id": error(
    p3("3.2, id"),
    "an id of ASCII letters, digits and . _ ~ -",
    "choose an id that can stand in a URI as it is: the ids of canvas and annotations are made from it"
  ),
  "page-duplicate": error(
    p3("3.2, id"),
    "an id that no other page has",
    "give each page an id of its own; one image may be on several pages with different ids"
  ),
  "page-missing": error(
    p3("5.4"),
    "the id of a page",
    "name a page that the manifest has"
  ),
  "choice-target": warning(
    p3("5.7"),
    "choices that are painted where the page's image is",
    "give the target to the page's image, or make a layer of the choice"
  ),
  "region-outside": error(
    p3("5.6"),
    "a part within the whole",
    "correct x, y, width and height, in pixels of the whole"
  )
}

/** Every code there is. A code stays the same for ever. */
export const rules = { ...text, ...structure, ...values, ...content, ...building } satisfies {
  readonly [code: string]: Rule
}

export type Code = keyof typeof rules

export const finding = findingOf(rules)
