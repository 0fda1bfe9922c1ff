/** A manifest of the demo seed, written without this project's builder, so that its checker looks at work of another. */
import type { Entry, Place } from "./entry.ts"
import type { Picture, Texts } from "./pictures.ts"

/** MPS's viewer finds a title only in `none` (docs/mps.md, 2.4). */
const label = ({ en, fr }: Texts) => ({ none: [en], en: [en], fr: [fr] })

const LANGUAGES = ["en", "fr"] as const

const body = (service: string, { height, width }: Pick<Picture, "height" | "width">) => ({
  id: `${service}/full/max/0/default.jpg`,
  type: "Image",
  format: "image/jpeg",
  width,
  height,
  service: [{ "@id": service, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }]
})

const alternatives = (canvas: string, { alternative }: Picture) => ({
  id: `${canvas}/text`,
  type: "AnnotationPage",
  items: LANGUAGES.map((language) => ({
    id: `${canvas}/text/${language}`,
    type: "Annotation",
    motivation: "supplementing",
    body: {
      type: "TextualBody",
      value: alternative[language],
      format: "text/plain",
      language,
      accessibility: "alternativeText"
    },
    target: canvas
  }))
})

const canvas = (place: Place, manifest: string) => (picture: Picture) => {
  const id = `${manifest}/canvas/${picture.id}`
  const painting = body(`${place.base}/assets/images/${place.namespace}:${picture.id}`, picture)
  return {
    id,
    type: "Canvas",
    label: label(picture.label),
    width: picture.width,
    height: picture.height,
    items: [{
      id: `${id}/page`,
      type: "AnnotationPage",
      items: [{ id: `${id}/painting`, type: "Annotation", motivation: "painting", body: painting, target: id }]
    }],
    annotations: [alternatives(id, picture)]
  }
}

const thumbnail = (place: Place, { height, id, width }: Picture) => {
  const service = `${place.base}/assets/images/${place.namespace}:${id}`
  const scale = 200 / Math.max(width, height)
  return {
    ...body(service, { width: Math.round(width * scale), height: Math.round(height * scale) }),
    id: `${service}/full/!200,200/0/default.jpg`
  }
}

export const addressOf = ({ base, namespace }: Place, name: string): string =>
  `${base}/URN-3:${namespace}:${name}:MANIFEST:3`

export const make = (place: Place, { behavior, label: title, name, pictures }: Entry) => {
  const id = addressOf(place, name)
  const [first] = pictures
  return {
    "@context": "http://iiif.io/api/presentation/3/context.json",
    id,
    type: "Manifest",
    label: label(title),
    summary: {
      en: ["One of the manifests of the sandbox's demo seed"],
      fr: ["Un des manifestes de démonstration du bac à sable"]
    },
    rights: "http://creativecommons.org/publicdomain/zero/1.0/",
    behavior: [behavior],
    ...(first === undefined ? {} : { thumbnail: [thumbnail(place, first)] }),
    items: pictures.map(canvas(place, id))
  }
}
