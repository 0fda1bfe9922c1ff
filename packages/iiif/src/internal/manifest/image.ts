import type { Image, LanguageMap, Service } from "../../Presentation3.ts"
import type { ServedImage } from "./content.ts"
import type { Form } from "./form.ts"
import { type AnyImage, isServed } from "./kinds.ts"
import type { Size } from "./picture.ts"

type Services = ReadonlyArray<Service>

const isOlder = (type: string): boolean => type === "ImageService2" || type === "ImageService1"

/** The service of an image, shared by the image and its thumbnail. */
export const servicesOf = (picture: AnyImage, form: Form): Services => {
  if (!isServed(picture)) return []
  const { auth, imageService, service = form.service } = picture
  const { profile, type } = service
  const plain = isOlder(type) && form.legacyServiceKeys === "@id"
    ? { "@id": imageService, "@type": type, profile }
    : { id: imageService, type, profile }
  return auth === undefined ? [plain] : [{ ...plain, service: auth }]
}

/** JPEG by default: browsers show it, and services deliver it whatever the format of the source. */
const formatOf = ({ mediaType }: AnyImage, { bodyFormat }: Form): string =>
  bodyFormat === "source" && mediaType !== undefined ? mediaType : "image/jpeg"

/** Whether an image can be requested as what it is: the Image API has a name for each format, which is a word. */
export const hasExtension = (mediaType: string | undefined): boolean =>
  mediaType === undefined || /^(?:image|application)\/[a-z\d]+$/.test(mediaType)

/**
 * The subtype, as existing clients have it: `tiff`, where the Image API says `tif` (3.0, 4.5). What has no extension is
 * refused, and need not be found again in each address.
 */
const extensionOf = (format: string): string =>
  format === "image/jpeg" || !hasExtension(format) ? "jpg" : format.slice(format.indexOf("/") + 1)

const isWithin = (size: Size, limit: Size): boolean => size.width <= limit.width && size.height <= limit.height

/** The largest size within the limit that has the same proportions. */
const fit = (size: Size, limit: Size): Size => {
  const scale = Math.min(limit.width / size.width, limit.height / size.height)
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale))
  }
}

const request = (picture: ServedImage, form: Form, sizeParameter: string, size: Size, service: Services): Image => {
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
const served = (picture: ServedImage, form: Form, service: Services): Image => {
  const limit = picture.maxSize
  return limit === undefined || isWithin(picture, limit)
    ? request(picture, form, "max", picture, service)
    : request(picture, form, `!${limit.width},${limit.height}`, fit(picture, limit), service)
}

/** The whole image. */
export const imageOf = (picture: AnyImage, form: Form, service: Services = servicesOf(picture, form)): Image => {
  if (isServed(picture)) return served(picture, form, service)
  const { auth, height, mediaType, url, width } = picture
  const format = mediaType === undefined ? {} : { format: mediaType }
  const image: Image = { id: url, type: "Image", ...format, height, width }
  return auth === undefined ? image : { ...image, service: auth }
}

export const withLabel = <Of extends { readonly id: string; readonly type: string }>(
  { id, type, ...rest }: Of,
  label: LanguageMap
) => ({ id, type, label, ...rest })

const thumbnailWidth = 250

/** The size of a thumbnail in pixels, and as the size parameter that requests it. */
interface Requested extends Size {
  readonly parameter: string
}

/** The size at which the thumbnail of an image is requested. */
export const thumbnailSize = ({ height, maxThumbnailSize: limit, width }: ServedImage): Requested => {
  const maxWidth = Math.min(thumbnailWidth, limit?.width ?? thumbnailWidth)
  const maxHeight = limit?.height ?? Infinity
  if (width <= maxWidth && height <= maxHeight) return { parameter: "max", width, height }
  const scale = Math.min(maxWidth / width, maxHeight / height)
  const scaledWidth = Math.max(1, Math.round(width * scale))
  const parameter = scaledWidth === maxWidth ? `${scaledWidth},` : `!${maxWidth},${maxHeight}`
  return { parameter, width: scaledWidth, height: Math.max(1, Math.round(height * scale)) }
}

/** A small image with its service, from which viewers can request the size they need. */
export const thumbnail = (
  picture: ServedImage,
  form: Form,
  service: Services = servicesOf(picture, form)
): Image => {
  const size = thumbnailSize(picture)
  return request(picture, form, size.parameter, size, service)
}
