import type { ContentResource, Image, LanguageMap, Resource, Service, SpecificResource } from "../../Presentation3.ts"
import type { Picture, Region } from "./description.ts"
import { type Form, textOf } from "./form.ts"

type Size = { readonly width: number; readonly height: number }

type Served = Extract<Picture, { readonly imageService: string }>

type Services = ReadonlyArray<Service>

const isServed = (picture: Picture): picture is Served => "imageService" in picture

const isOlder = (type: string): boolean => type === "ImageService2" || type === "ImageService1"

/** The service of an image, which the image and its thumbnail share. */
export const servicesOf = (picture: Picture, form: Form): Services => {
  if (!isServed(picture)) return []
  const { profile, type } = picture.service ?? form.service
  return isOlder(type) && form.legacyServiceKeys === "@id"
    ? [{ "@id": picture.imageService, "@type": type, profile }]
    : [{ id: picture.imageService, type, profile }]
}

/** Browsers show JPEG, and services deliver it, whatever the source is. */
const formatOf = ({ mediaType }: Picture, { bodyFormat }: Form): string =>
  bodyFormat === "source" && mediaType !== undefined ? mediaType : "image/jpeg"

const extensionOf = (format: string): string => format === "image/jpeg" ? "jpg" : format.slice(format.indexOf("/") + 1)

const isWithin = (size: Size, limit: Size): boolean => size.width <= limit.width && size.height <= limit.height

/** As large as fits in, with the same proportions. */
const fit = (size: Size, limit: Size): Size => {
  const scale = Math.min(limit.width / size.width, limit.height / size.height)
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale))
  }
}

const request = (picture: Served, form: Form, asked: string, size: Size, service: Services): Image => {
  const format = formatOf(picture, form)
  return {
    id: `${picture.imageService}/full/${asked}/0/default.${extensionOf(format)}`,
    type: "Image",
    format,
    height: size.height,
    width: size.width,
    service
  }
}

/** All of an image, as large as its service delivers it. */
const served = (picture: Served, form: Form, service: Services): Image => {
  const limit = picture.maxSize
  return limit === undefined || isWithin(picture, limit)
    ? request(picture, form, "max", picture, service)
    : request(picture, form, `!${limit.width},${limit.height}`, fit(picture, limit), service)
}

const image = (picture: Picture, form: Form, service: Services): Image => {
  if (isServed(picture)) return served(picture, form, service)
  const { height, mediaType, url, width } = picture
  return { id: url, type: "Image", ...(mediaType === undefined ? {} : { format: mediaType }), height, width }
}

const xywhOf = ({ height, width, x, y }: Region): string => `${x},${y},${width},${height}`

/** What is painted: the image, or a part of it, or the image turned. */
export const painted = (
  picture: Picture,
  form: Form,
  service: Services = servicesOf(picture, form)
): Image | SpecificResource => {
  const source = image(picture, form, service)
  if (picture.region === undefined && picture.rotation === undefined) return source
  return {
    type: "SpecificResource",
    source,
    selector: {
      type: "ImageApiSelector",
      ...(picture.region === undefined ? {} : { region: xywhOf(picture.region) }),
      ...(picture.rotation === undefined ? {} : { rotation: String(picture.rotation) })
    }
  }
}

const named = ({ id, type, ...rest }: Image, label: LanguageMap): ContentResource => ({ id, type, label, ...rest })

/** The same, with its own label: a page's image has that of its canvas. */
export const labelled = (picture: Picture, form: Form): Resource => {
  const resource = painted(picture, form)
  if (picture.label === undefined) return resource
  const label = textOf(picture.label, form)
  if (resource.type === "Image") return named(resource, label)
  return { ...resource, source: named(image(picture, form, servicesOf(picture, form)), label) }
}

/** One of several, the first by default. Clause 5.7. */
export const choice = (pictures: ReadonlyArray<Picture>, form: Form): Resource => ({
  type: "Choice",
  items: pictures.map((picture) => labelled(picture, form))
})

const thumbnailWidth = 250

/** A small image with its service, so that viewers can ask for the size they need. Without a service there is none. */
export const thumbnail = (
  picture: Picture,
  form: Form,
  service: Services = servicesOf(picture, form)
): Image | undefined => {
  if (!isServed(picture)) return undefined
  const limit = picture.maxThumbnailSize
  const most = { width: Math.min(thumbnailWidth, limit?.width ?? thumbnailWidth), height: limit?.height ?? Infinity }
  if (isWithin(picture, most)) return request(picture, form, "max", picture, service)
  const size = fit(picture, most)
  const asked = size.width === most.width ? `${size.width},` : `!${most.width},${most.height}`
  return request(picture, form, asked, size, service)
}

/** Width and height of an image as it is painted. */
export const paintedSize = (picture: Picture): Size => {
  const size = picture.region ?? picture
  return Math.abs(picture.rotation ?? 0) % 180 === 90 ? { width: size.height, height: size.width } : size
}

/** A part as a fragment of an address says it. */
export const fragment = (target: Region): string => `xywh=${xywhOf(target)}`
