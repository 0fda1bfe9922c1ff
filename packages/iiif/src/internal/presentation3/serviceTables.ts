import { isObject } from "effect/Predicate"
import { classOf, define, list, literals, may, must, oneOf, ref, should } from "../model/kind.ts"
import type { Fields, Walk } from "../model/walk.ts"
import { documentContext } from "./context.ts"
import { id, languageMap, size, text } from "./scalars.ts"

const service = "3.3.1, service"

const imageApi = "Image API 3.0, 5"

const services = list(ref("Service"))

/** Image information that an embedded image service may include. Image API 3.0, 5. */
const imageInformation = {
  "@context": may(documentContext, service),
  profile: should(text, service),
  protocol: may(text, imageApi),
  width: may(size, imageApi),
  height: may(size, imageApi),
  maxWidth: may(size, imageApi),
  maxHeight: may(size, imageApi),
  maxArea: may(size, imageApi),
  sizes: may(
    list(define("Size", { width: must(size, "Image API 3.0, 5.4"), height: must(size, "Image API 3.0, 5.4") })),
    "Image API 3.0, 5.4"
  ),
  tiles: may(
    list(define("Tile", {
      width: must(size, "Image API 3.0, 5.4"),
      height: may(size, "Image API 3.0, 5.4"),
      scaleFactors: must(list(size), "Image API 3.0, 5.4")
    })),
    "Image API 3.0, 5.4"
  ),
  service: may(services, service)
}

const predates = (fields: Fields, walk: Walk): void => {
  const { type } = fields
  if (type === "ImageService2" || type === "ImageService1") {
    walk.report("service2-id", `an ${type} predates Image API 3 but has id and type`)
  }
}

const mixed = ({ id, type }: Fields, walk: Walk): void => {
  if (id !== undefined && type !== undefined) {
    walk.report("service-mixed", "the service has id and type as well as @id and @type")
  }
}

const identified = { id: must(id, service) }

const identifiedOlder = { "@id": must(id, service) }

export const imageService3 = define("ImageService3", {
  ...identified,
  type: must(classOf("ImageService3"), service),
  label: may(languageMap, "3.1, label"),
  ...imageInformation
})

const olderImageService = <const Type extends string>(type: Type) =>
  define(type, { ...identifiedOlder, "@type": must(classOf(type), service), ...imageInformation }, { also: mixed })

export const imageService2 = olderImageService("ImageService2")

export const imageService1 = olderImageService("ImageService1")

const authorization = "Authorization Flow 2.0"

export const authService2 = define("AuthService2", {
  ...identified,
  type: must(
    literals("class", "AuthProbeService2", "AuthAccessService2", "AuthAccessTokenService2", "AuthLogoutService2"),
    authorization
  ),
  profile: may(text, authorization),
  label: may(languageMap, authorization),
  heading: may(languageMap, authorization),
  note: may(languageMap, authorization),
  confirmLabel: may(languageMap, authorization),
  errorHeading: may(languageMap, authorization),
  errorNote: may(languageMap, authorization),
  service: may(services, authorization)
})

const authentication = "Authentication 1.0, 2"

export const authService1 = define("AuthService1", {
  "@context": may(documentContext, service),
  ...identifiedOlder,
  "@type": must(literals("class", "AuthCookieService1", "AuthTokenService1", "AuthLogoutService1"), service),
  profile: should(text, service),
  label: may(text, authentication),
  header: may(text, authentication),
  description: may(text, authentication),
  confirmLabel: may(text, authentication),
  failureHeader: may(text, authentication),
  failureDescription: may(text, authentication),
  service: may(services, service)
}, { also: mixed })

export const searchService2 = define("SearchService2", {
  ...identified,
  type: must(literals("class", "SearchService2", "AutoCompleteService2"), "Content Search 2.0, 3"),
  profile: may(text, service),
  label: may(languageMap, "3.1, label"),
  service: may(services, service)
})

export const searchService1 = define("SearchService1", {
  "@context": may(documentContext, service),
  ...identifiedOlder,
  "@type": must(literals("class", "SearchService1", "AutoCompleteService1"), service),
  profile: should(text, service),
  label: may(text, "Content Search 1.0, 3"),
  service: may(services, service)
}, { also: mixed })

/** Any other service, or one of those above with `id` and `type` where its own version has `@id` and `@type`. */
export const otherService = define("OtherService", {
  ...identified,
  type: must(text, service),
  label: may(languageMap, "3.1, label"),
  ...imageInformation
}, { also: predates })

export const otherOlderService = define("OtherOlderService", {
  ...identifiedOlder,
  "@type": must(text, service),
  ...imageInformation
}, { also: mixed })

const current = new Map<unknown, typeof imageService3 | typeof authService2 | typeof searchService2>([
  ["ImageService3", imageService3],
  ...["AuthProbeService2", "AuthAccessService2", "AuthAccessTokenService2", "AuthLogoutService2"].map((type) =>
    [type, authService2] as const
  ),
  ["SearchService2", searchService2],
  ["AutoCompleteService2", searchService2]
] as ReadonlyArray<readonly [string, typeof imageService3 | typeof authService2 | typeof searchService2]>)

const older = new Map<
  unknown,
  typeof imageService2 | typeof imageService1 | typeof authService1 | typeof searchService1
>([
  ["ImageService2", imageService2],
  ["ImageService1", imageService1],
  ...["AuthCookieService1", "AuthTokenService1", "AuthLogoutService1"].map((type) => [type, authService1] as const),
  ["SearchService1", searchService1],
  ["AutoCompleteService1", searchService1]
] as ReadonlyArray<
  readonly [string, typeof imageService2 | typeof imageService1 | typeof authService1 | typeof searchService1]
>)

/** A service, told apart by its type and by whether it has `id` or `@id`. */
export const anyService = oneOf(
  [...new Set(current.values()), ...new Set(older.values()), otherService, otherOlderService],
  (value, walk) => {
    const fields: Fields = isObject(value) ? value : {}
    const { "@id": olderId, "@type": olderType, id: newId, type } = fields
    if (
      (olderId !== undefined && olderType === undefined && newId === undefined && type !== undefined) ||
      (newId !== undefined && type === undefined && olderId === undefined && olderType !== undefined)
    ) {
      return walk.report("service-mixed", `the service has ${olderId === undefined ? "id and @type" : "@id and type"}`)
    }
    const isOlder = newId === undefined && type === undefined
      ? olderId !== undefined || olderType !== undefined
      : olderId !== undefined && olderType !== undefined
    const kind = isOlder
      ? older.get(fields["@type"]) ?? otherOlderService
      : current.get(fields["type"]) ?? otherService
    kind.check(value, walk)
  }
)
