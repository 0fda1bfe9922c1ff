import type { ContentResource, Image, LanguageMap, Resource, Service, SpecificResource } from "../../Presentation3.ts"
import type { Picture, Region } from "./description.ts"
import { type Form, textOf } from "./form.ts"

export type Size = { readonly width: number; readonly height: number }

type Served = Extract<Picture, { readonly imageService: string }>

type Services = ReadonlyArray<Service>

const isServed = (picture: Picture): picture is Served => "imageService" in picture

const isOlder = (type: string): boolean => type === "ImageService2" || type === "ImageService1"

/** The service of an image, shared by the image and its thumbnail. */
export const servicesOf = (picture: Picture, form: Form): Services => {
  if (!isServed(picture)) return []
  const { profile, type } = picture.service ?? form.service
  return isOlder(type) && form.legacyServiceKeys === "@id"
    ? [{ "@id": picture.imageService, "@type": type, profile }]
    : [{ id: picture.imageService, type, profile }]
}

/** JPEG by default: browsers show it, and services deliver it whatever the format of the source. */
const formatOf = ({ mediaType }: Picture, { bodyFormat }: Form): string =>
  bodyFormat === "source" && mediaType !== undefined ? mediaType : "image/jpeg"

const extensionOf = (format: string): string => format === "image/jpeg" ? "jpg" : format.slice(format.indexOf("/") + 1)

const isWithin = (size: Size, limit: Size): boolean => size.width <= limit.width && size.height <= limit.height

/** The largest size within the limit that has the same proportions. */
const fit = (size: Size, limit: Size): Size => {
  const scale = Math.min(limit.width / size.width, limit.height / size.height)
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale))
  }
}

const request = (picture: Served, form: Form, sizeParameter: string, size: Size, service: Services): Image => {
  const format = formatOf(picture, form)
  return {
    id: `${picture.imageService}/full/${sizeParameter}/0/default.${extensionOf(format)}`,
    type: "Image",
    format,
    height: size.height,
    width: size.width,
    service
  }
}

/** The whole image, as large as its service delivers it. */
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

/** What is painted: the image, or a specific resource if it is cropped or rotated. */
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

const withLabel = ({ id, type, ...rest }: Image, label: LanguageMap): ContentResource => ({ id, type, label, ...rest })

/** What is painted, with a label of its own. The only image of a page needs none: its canvas has one. */
export const labeled = (picture: Picture, form: Form): Resource => {
  const resource = painted(picture, form)
  if (picture.label === undefined) return resource
  const label = textOf(picture.label, form)
  if (resource.type === "Image") return withLabel(resource, label)
  return { ...resource, source: withLabel(image(picture, form, servicesOf(picture, form)), label) }
}

/** A choice of images, the first by default. Clause 5.7. */
export const choice = (pictures: ReadonlyArray<Picture>, form: Form): Resource => ({
  type: "Choice",
  items: pictures.map((picture) => labeled(picture, form))
})

const thumbnailWidth = 250

/** A small image with its service, from which viewers can request the size they need; none without a service. */
export const thumbnail = (
  picture: Picture,
  form: Form,
  service: Services = servicesOf(picture, form)
): Image | undefined => {
  if (!isServed(picture)) return undefined
  const limit = picture.maxThumbnailSize
  const box = { width: Math.min(thumbnailWidth, limit?.width ?? thumbnailWidth), height: limit?.height ?? Infinity }
  if (isWithin(picture, box)) return request(picture, form, "max", picture, service)
  const size = fit(picture, box)
  const sizeParameter = size.width === box.width ? `${size.width},` : `!${box.width},${box.height}`
  return request(picture, form, sizeParameter, size, service)
}

/** The width and height of an image as it is painted. */
export const paintedSize = (picture: Picture): Size => {
  const size = picture.region ?? picture
  return Math.abs(picture.rotation ?? 0) % 180 === 90 ? { width: size.height, height: size.width } : size
}

/** A region as a media fragment. */
export const fragment = (target: Region): string => `xywh=${xywhOf(target)}`
