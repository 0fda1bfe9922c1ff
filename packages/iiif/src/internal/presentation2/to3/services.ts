import type { Fields, Json } from "../../fields.ts"
import { sizeOf } from "../../presentation3/scalars.ts"
import { quoted } from "../../quoted.ts"
import { each } from "../place.ts"
import { append, shortName, typesOf } from "./draft.ts"
import { languageMap, plainText } from "./text.ts"
import { type At, isFields, type Rule } from "./upgrade.ts"
import { partOf } from "./uri.ts"

const strings = (value: Json | undefined): ReadonlyArray<string> =>
  (Array.isArray(value) ? value as ReadonlyArray<Json> : [value]).filter((one) => typeof one === "string")

/** The classes of services by their context or profile. Annex on services, 3; Image API 1.1, 2.1; Authentication 1. */
const classes: ReadonlyArray<readonly [RegExp, string]> = [
  [/\/image\/3\/|\/image\/3$/, "ImageService3"],
  [/iiif\.io\/api\/image\/2(?:\/|$)/, "ImageService2"],
  [/iiif\.io\/api\/image\/1|library\.stanford\.edu\/iiif\/image-api/, "ImageService1"],
  [/iiif\.io\/api\/auth\/[01]\/(?:login|clickthrough|kiosk|external)/, "AuthCookieService1"],
  [/iiif\.io\/api\/auth\/[01]\/token/, "AuthTokenService1"],
  [/iiif\.io\/api\/auth\/[01]\/logout/, "AuthLogoutService1"],
  [/iiif\.io\/api\/search\/[01]\/autocomplete/, "AutoCompleteService1"],
  [/iiif\.io\/api\/search\/[01]\/search/, "SearchService1"]
]

/** The contexts that the type of a service says already. */
const implied: ReadonlyMap<string, RegExp> = new Map(Object.entries({
  ImageService1:
    /^https?:\/\/(?:iiif\.io\/api\/image\/1|library\.stanford\.edu\/iiif\/image-api\/1)[^/]*\/context\.json$/,
  ImageService2: /^https?:\/\/iiif\.io\/api\/image\/2\/context\.json$/,
  ImageService3: /^https?:\/\/iiif\.io\/api\/image\/3\/context\.json$/,
  AuthCookieService1: /^https?:\/\/iiif\.io\/api\/auth\/1\/context\.json$/,
  AuthTokenService1: /^https?:\/\/iiif\.io\/api\/auth\/1\/context\.json$/,
  AuthLogoutService1: /^https?:\/\/iiif\.io\/api\/auth\/1\/context\.json$/,
  SearchService1: /^https?:\/\/iiif\.io\/api\/search\/1\/context\.json$/,
  AutoCompleteService1: /^https?:\/\/iiif\.io\/api\/search\/1\/context\.json$/
}))

const isOlder = (type: string): boolean => implied.has(type) && type !== "ImageService3"

const unknownType = "Service"

/** The type that Presentation 3 gives a service: from its own type, profile, context or protocol. */
const typeOf = (service: Fields): string => {
  const own = typesOf(service)[0]
  if (own !== undefined && /Service\d$/.test(own)) return shortName(own)
  const signs = [...strings(service["profile"]), ...strings(service["@context"])].map((sign) => sign.slice(0, 200))
  for (const sign of signs) {
    const found = classes.find(([pattern]) => pattern.test(sign))
    if (found !== undefined) return found[1]
  }
  if (service["protocol"] === "http://iiif.io/api/image") return "ImageService2"
  if (own !== undefined) return own
  return typeof service["type"] === "string" ? service["type"] : unknownType
}

/** A service, its id and its type, while its properties are read. */
interface Known {
  readonly given: Fields
  readonly fields: { [key: string]: Json }
  readonly type: string
  readonly id: string
}

type ServiceRule = (value: Json, place: At, service: Known) => void

const isSize = (value: Json | undefined): boolean => sizeOf(value) > 0 && Number.isSafeInteger(value)

const size = (key: string): ServiceRule => (value, place, { fields }) => {
  if (isSize(value)) fields[key] = value
  else place.lose("it is not an integer above 0")
}

const isSizes = (value: Json, required: ReadonlyArray<string>): boolean =>
  Array.isArray(value) &&
  (value as ReadonlyArray<Json>).every((one) =>
    isFields(one) && required.every((key) => one[key] !== undefined) &&
    ["width", "height"].every((key) => one[key] === undefined || isSize(one[key]))
  )

const isScaleFactors = (value: Json): boolean =>
  Array.isArray(value) &&
  (value as ReadonlyArray<Json>).every((one) =>
    isFields(one) && Array.isArray(one["scaleFactors"]) &&
    (one["scaleFactors"] as ReadonlyArray<Json>).every((factor) => isSize(factor))
  )

const sizes: ServiceRule = (value, place, { fields }) => {
  if (isSizes(value, ["width", "height"])) fields["sizes"] = value
  else place.lose("the sizes are not a list of widths and heights above 0")
}

const tiles: ServiceRule = (value, place, { fields }) => {
  if (isSizes(value, ["width"]) && isScaleFactors(value)) fields["tiles"] = value
  else place.lose("the tiles are not a list of widths and scale factors above 0")
}

const contexts: ServiceRule = (value, place, { fields, type }) => {
  const kept: Array<string> = []
  each(value, place, (one, at) => {
    if (typeof one !== "string") at.lose("a context here is given by its address")
    else if (implied.get(type)?.test(one) !== true) kept.push(one)
  })
  if (kept.length > 0) fields["@context"] = kept.length === 1 ? kept[0] ?? null : kept
}

const oneString = (key: string): ServiceRule => (value, place, { fields }) => {
  const found = plainText(value, place)
  if (found !== undefined) fields[key] = found
}

const isEarlyText = (type: string): boolean => /^(?:Auth|Search|AutoComplete)\w*1$/.test(type)

/** The services of Authentication 1 and Search 1 have plain labels, others have languages, and the older ones either. */
const label: ServiceRule = (value, place, service) => {
  if (isEarlyText(service.type)) return oneString("label")(value, place, service)
  const map = isOlder(service.type) ? value : languageMap(value, place)
  if (map !== undefined) service.fields["label"] = map
}

const messages = (key: string): ServiceRule => (value, place, service) => {
  if (isEarlyText(service.type)) oneString(key)(value, place, service)
  else service.fields[key] = value
}

/**
 * The first profile is the level. The others say what else the service supports (Image API 2.1, 5.3), which is written
 * on the service itself.
 */
const profile: ServiceRule = (value, place, service) => {
  const { fields } = service
  each(value, place, (one, at) => {
    const uri = isFields(one) && Object.keys(one).length === 1 ? one["@id"] ?? one : one
    if (typeof uri === "string" && fields["profile"] === undefined) fields["profile"] = uri
    else if (isFields(uri)) more(uri, at, service)
    else at.lose("a service has one profile in Presentation 3")
  })
}

const more = (given: Fields, place: At, service: Known): void => {
  const { fields } = service
  for (const [key, value] of Object.entries(given)) {
    const at = place.at(key)
    if (
      key.startsWith("@") || key === "profile" || key === "__proto__" || fields[key] !== undefined ||
      Object.hasOwn(service.given, key)
    ) {
      at.lose("the service has this property itself")
    } else if (rules.has(key)) rules.get(key)?.(value, at, service)
    else fields[key] = value
  }
}

const nested: ServiceRule = (value, place, { fields, id }) => {
  const inner: Array<Json> = []
  each(value, place, (one, at) => {
    const found = service(one, at, id, inner.length)
    if (found !== undefined) inner.push(found)
  })
  if (inner.length > 0) fields["service"] = inner
}

const ownId: ServiceRule = (value, place) => {
  if (typeof value !== "string" || value === "") place.lose("an @id is one string, and not empty")
}

const types: ServiceRule = (value, place, { type }) => {
  each(value, place, (one, at) => {
    const isKept = typeof one === "string" && (one === type || shortName(one) === type)
    if (!isKept) at.lose(`a service has one type in Presentation 3, which is ${quoted(type)} here`)
  })
}

const otherId: ServiceRule = (value, place, { id }) => {
  if (value !== id) place.lose("a service has one id")
}

const rules: ReadonlyMap<string, ServiceRule> = new Map([
  ["@id", ownId],
  ["@type", types],
  ["@context", contexts],
  ["id", otherId],
  ["type", types],
  ["label", label],
  ["profile", profile],
  ["service", nested],
  ["protocol", oneString("protocol")],
  ["width", size("width")],
  ["height", size("height")],
  ["maxWidth", size("maxWidth")],
  ["maxHeight", size("maxHeight")],
  ["maxArea", size("maxArea")],
  ["sizes", sizes],
  ["tiles", tiles],
  ["header", messages("header")],
  ["description", messages("description")],
  ["confirmLabel", messages("confirmLabel")],
  ["failureHeader", messages("failureHeader")],
  ["failureDescription", messages("failureDescription")]
])

/** The type of an image service, where an image has the address of a request to it. Image API 1.1 and 2.1, 2.1. */
const requested = (image: string, service: string): string | undefined => {
  if (!image.startsWith(`${service}/`)) return undefined
  const quality = /^\/[^/]+\/[^/]+\/[^/]+\/(?:(native)|default|color|gray|bitonal)\.\w+$/.exec(
    image.slice(service.length)
  )
  if (quality === null) return undefined
  return quality[1] === undefined ? "ImageService2" : "ImageService1"
}

/**
 * A service that is only named is described elsewhere in the document, or is that of an image with an address that it
 * would answer, or is of an unknown type.
 */
const named = (given: string, place: At, owner: string): Json | undefined => {
  const { conversion } = place
  const id = conversion.address(given, place)
  if (id === undefined) {
    place.lose(`${quoted(given)} is no http URI`)
    return undefined
  }
  const fields: { [key: string]: Json } = {}
  conversion.later.push(() => {
    const type = conversion.serviceTypes.get(id) ?? requested(owner, id) ?? unknownType
    Object.assign(fields, isOlder(type) ? { "@id": id, "@type": type } : { id, type })
  })
  return conversion.from(fields, place)
}

/** The id of a service. One that only says something, such as physical dimensions, may have none in Presentation 2. */
const serviceId = (given: Fields, type: string, place: At, owner: string, index: number): string | undefined => {
  const id = [given["@id"], given["id"]].find((one) => typeof one === "string" && one !== "")
  if (typeof id === "string") return place.conversion.address(id, place.at("@id"))
  return type.startsWith("Image") ? undefined : partOf(owner, `service-${index + 1}`)
}

/** A service as Presentation 3 embeds it. Presentation 3.0, 3.3.1, service. */
const service = (given: Json, place: At, owner: string, index: number): Json | undefined => {
  if (typeof given === "string") return named(given, place, owner)
  if (!isFields(given)) {
    place.lose("it is neither a service nor the address of one")
    return undefined
  }
  const type = typeOf(given)
  const id = serviceId(given, type, place, owner, index)
  if (id === undefined) {
    place.lose("the service has no http URI as its @id")
    return undefined
  }
  place.conversion.serviceTypes.set(id, type)
  const fields: { [key: string]: Json } = isOlder(type) ? { "@id": id, "@type": type } : { id, type }
  for (const key in given) {
    const rule = rules.get(key)
    const value = given[key] ?? null
    if (key === "__proto__") place.at(key).lose("it cannot be a property")
    else if (rule === undefined) fields[key] = value
    else if (value !== null) rule(value, place.at(key), { given, fields, id, type })
  }
  return place.conversion.from(fields, place)
}

/** The services of a resource. Clause 3.4 and annex on services. */
export const services: Rule = (value, place, draft) => {
  each(value, place, (one, at) => {
    const before = draft.fields["service"]
    const found = service(one, at, draft.id, Array.isArray(before) ? before.length : 0)
    if (found !== undefined) append(draft, "service", found)
  })
}
