import { isObject } from "effect/Predicate"

/** The address of an image: that of its first image service, or its own if it has none. */
export const imageAddress = (image: { readonly [key: string]: unknown }): string | undefined => {
  const [service] = Array.isArray(image["service"]) ? image["service"] : []
  const serviceId = isObject(service) ? service["id"] ?? service["@id"] : undefined
  const address = serviceId ?? image["id"]
  return typeof address === "string" ? address : undefined
}
