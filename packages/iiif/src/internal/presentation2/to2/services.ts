import { isObject } from "effect/Predicate"
import type { LanguageMap, Service } from "../../../Presentation3.ts"
import type { Fields, Json } from "../../fields.ts"
import type { Place } from "../place.ts"
import { single } from "./rules.ts"
import { textOf } from "./text.ts"

const contexts: ReadonlyMap<string, string> = new Map(Object.entries({
  ImageService1: "http://library.stanford.edu/iiif/image-api/1.1/context.json",
  ImageService2: "http://iiif.io/api/image/2/context.json",
  ImageService3: "http://iiif.io/api/image/3/context.json",
  AuthCookieService1: "http://iiif.io/api/auth/1/context.json",
  AuthTokenService1: "http://iiif.io/api/auth/1/context.json",
  AuthLogoutService1: "http://iiif.io/api/auth/1/context.json",
  SearchService1: "http://iiif.io/api/search/1/context.json",
  AutoCompleteService1: "http://iiif.io/api/search/1/context.json"
}))

const levels: ReadonlyMap<string, (level: string) => string> = new Map(Object.entries({
  ImageService1: (level) => `http://library.stanford.edu/iiif/image-api/1.1/compliance.html#${level}`,
  ImageService2: (level) => `http://iiif.io/api/image/2/${level}.json`
}))

/** Presentation 2 clients recognize these services by context and profile, and do not know the later types. */
const knownByContext = new Set(Array.from(contexts.keys()).filter((type) => type !== "ImageService3"))

const profileOf = (type: string, profile: string): string =>
  /^level[0-2]$/.test(profile) ? levels.get(type)?.(profile) ?? profile : profile

const isServices = (value: unknown): value is ReadonlyArray<Service> => Array.isArray(value)

/** A Presentation 3 service as JSON; fields that are not converted are kept. */
type ServiceFields = { readonly [key: string]: Json } & { readonly service?: Service | ReadonlyArray<Service> }

const isText = (value: Json | undefined): value is LanguageMap =>
  isObject(value) && Object.values(value).every((texts) => Array.isArray(texts))

/** Whether clients know a service by its context, or by that and its profile. */
const isKnown = (type: string, profile: Json | undefined): boolean =>
  knownByContext.has(type) && (type.startsWith("Image") || typeof profile === "string")

/** A service within one that Presentation 3 does not know may be anything, and is kept. */
const inner = (service: Json | Service, place: Place): Json =>
  isObject(service) ? serviceOf(service as Service, place) : service as Json

const serviceOf = (service: Service, place: Place): Fields => {
  const { "@context": context, "@id": atId, "@type": atType, id, label, profile, service: nested, type, ...rest } =
    service as ServiceFields
  const name = String(atType ?? type)
  const services = nested === undefined ? undefined : isServices(nested) ? nested : [nested]
  const ownContext = context ?? contexts.get(name)
  return {
    ...(ownContext === undefined ? {} : { "@context": ownContext }),
    "@id": place.conversion.rename(String(atId ?? id)),
    ...(isKnown(name, profile) ? {} : { "@type": name }),
    ...(label === undefined ? {} : { label: isText(label) ? textOf(label) : label }),
    ...(profile === undefined ? {} : { profile: typeof profile === "string" ? profileOf(name, profile) : profile }),
    ...rest,
    ...(services === undefined ? {} : { service: single(services.map((one) => inner(one, place))) })
  }
}

/** Services as Presentation 2 embeds them, with their context. Annex: Services. */
export const services = (list: ReadonlyArray<Service>, place: Place): Fields =>
  list.length === 0 ? {} : { service: single(list.map((one) => serviceOf(one, place))) }
