import { isObject } from "effect/Predicate"
import { id, languageMap, size } from "./values.ts"
import { type Check, lazy, list, object, text } from "./walk.ts"

const nested = lazy(() => services)

/** Image information that an embedded image service may include. Image API 3.0, 5. */
const imageInformation = {
  protocol: text,
  width: size,
  height: size,
  maxWidth: size,
  maxHeight: size,
  maxArea: size,
  sizes: list(object({ fields: { width: size, height: size }, required: ["width", "height"] })),
  tiles: list(object({
    fields: { width: size, height: size, scaleFactors: list(size) },
    required: ["width", "scaleFactors"]
  }))
}

const current = object({
  fields: { ...imageInformation, id, type: text, label: languageMap, profile: text, service: nested },
  required: ["id", "type"],
  also: (fields, walk) => {
    if (fields["type"] === "ImageService2" || fields["type"] === "ImageService1") {
      walk.report("service2-id", "the service predates Image API 3 but has id and type")
    }
  }
})

/** Services of Image API 1 and 2, Authentication 1 and Search 1. Their labels are plain strings. */
const older = object({
  fields: { ...imageInformation, "@id": id, "@type": text, profile: text, service: nested },
  required: ["@id", "@type"],
  also: (fields, walk) => {
    if (fields["id"] !== undefined && fields["type"] !== undefined) {
      walk.report("service-mixed", "the service has id and type as well as @id and @type")
    }
    const { "@type": type, label } = fields
    if (label !== undefined && typeof type === "string" && /^(?:Auth|Search|AutoComplete)/.test(type)) {
      walk.at("label", label, text)
    }
  }
})

const service: Check = (value, walk) => {
  const isOlder = isObject(value) && value["@id"] !== undefined && value["@type"] !== undefined
  ;(isOlder ? older : current)(value, walk)
}

export const services: Check = list(service)
