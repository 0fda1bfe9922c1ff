/** What content and annotations are in a manifest: bodies, and pages of annotations. */
import type {
  Annotation as WebAnnotation,
  AnnotationPageOrReference,
  ContentResource,
  LanguageMap,
  Resource,
  Selector,
  Service,
  SpecificResource
} from "../../Presentation3.ts"
import type { Annotation, AnnotationOrPage, Content, Sound, Stylesheet, TextFile, Video } from "./content.ts"
import { type Form, textOf } from "./form.ts"
import { imageOf, servicesOf, thumbnail, withLabel } from "./image.ts"
import { choicesOf, isKind, isServed } from "./kinds.ts"
import type { Thumbnail } from "./links.ts"
import { canvasId, decimal, fragmentSelector, linkedPage, targetPart, timeOf, xywhOf } from "./parts.ts"

const playedOf = (type: string, id: string, content: Sound | Video | TextFile): ContentResource => ({
  id,
  type,
  ...(content.mediaType === undefined ? {} : { format: content.mediaType }),
  ...("height" in content && content.height !== undefined ? { height: content.height } : {}),
  ...("width" in content && content.width !== undefined ? { width: content.width } : {}),
  ...("duration" in content && content.duration !== undefined ? { duration: content.duration } : {}),
  ...(content.language === undefined ? {} : { language: content.language }),
  ...(content.auth === undefined ? {} : { service: content.auth })
})

/** The resource that content is, whole; none if it has nothing but choices. */
const wholeOf = (content: Content, form: Form, service?: ReadonlyArray<Service>): Resource | undefined => {
  if (isServed(content)) return imageOf(content, form, service)
  if (isKind(content, "url")) return imageOf(content, form)
  if (isKind(content, "sound")) return playedOf("Sound", content.sound, content)
  if (isKind(content, "video")) return playedOf("Video", content.video, content)
  if (isKind(content, "textFile")) return playedOf("Text", content.textFile, content)
  if (isKind(content, "resource")) return content.resource
  if (!isKind(content, "text")) return undefined
  const { language, mediaType, text } = content
  return {
    type: "TextualBody",
    value: text,
    ...(mediaType === undefined ? {} : { format: mediaType }),
    ...(language === undefined ? {} : { language })
  }
}

/** What is shown of the content, if it is not the whole. */
const selectorOf = (content: Content): Selector | undefined => {
  if ("region" in content || "rotation" in content) {
    const { region, rotation } = content
    if (region === undefined && rotation === undefined) return undefined
    return {
      type: "ImageApiSelector",
      ...(region === undefined ? {} : { region: xywhOf(region) }),
      ...(rotation === undefined ? {} : { rotation: decimal(rotation) })
    }
  }
  return "clip" in content && content.clip !== undefined ? fragmentSelector(timeOf(content.clip)) : undefined
}

const partOf = (source: Resource, content: Content): Resource => {
  const { styleClass } = content
  const selector = selectorOf(content)
  if (selector === undefined && styleClass === undefined) return source
  const part: SpecificResource = { type: "SpecificResource", source }
  const selected = selector === undefined ? part : { ...part, selector }
  return styleClass === undefined ? selected : { ...selected, styleClass }
}

/** How a body is written: with the services of its image if they are shared, and a label. */
interface Writing {
  readonly services?: ReadonlyArray<Service>
  readonly label?: LanguageMap | undefined
}

/** A resource with a label, after its id and type. */
const labeled = (resource: Resource, label: LanguageMap | undefined): Resource => {
  if (label === undefined) return resource
  if (!("id" in resource) || resource.id === undefined) return { ...resource, label } as Resource
  return withLabel({ ...resource, id: resource.id }, label)
}

/** Content without its choices. `id` is the one that the ids of its annotations begin with. */
const single = (content: Content, form: Form, id: string, { label, services }: Writing): Resource | undefined => {
  const whole = wholeOf(content, form, services)
  if (whole === undefined) return undefined
  const named = labeled(whole, label)
  const annotations = "annotations" in content ? content.annotations : undefined
  if (annotations === undefined || !("id" in named) || named.id === undefined) return partOf(named, content)
  return partOf({ ...named, annotations: annotationPages(annotations, form, id, named.id) } as Resource, content)
}

const labelOf = ({ label }: Content, form: Form) => label === undefined ? undefined : textOf(label, form)

/** The body that content is. A choice has the content itself first. Clause 5.7. */
export const bodyOf = (
  content: Content,
  form: Form,
  id: string,
  writing: Writing = { label: labelOf(content, form) }
): Resource => {
  const choices = choicesOf(content)
  const own = single(content, form, id, writing)
  if (own !== undefined && choices === undefined) return own
  const others = (choices ?? []).map((choice, index) => bodyOf(choice, form, `${id}/${index + 2}`))
  const items = own === undefined ? others : [own, ...others]
  return own === undefined && writing.label !== undefined
    ? { type: "Choice", label: writing.label, items }
    : { type: "Choice", items }
}

/** A small image of content with an image service, or else the content itself. */
export const thumbnailsOf = (given: ReadonlyArray<Thumbnail>, form: Form, id: string): ReadonlyArray<Resource> =>
  given.map((one) => {
    if ("type" in one) return one
    return isServed(one) ? thumbnail(one, form, servicesOf(one, form)) : bodyOf(one, form, id)
  })

export const stylesheetOf = (given: Stylesheet | undefined): Pick<WebAnnotation, "stylesheet"> => {
  if (given === undefined) return {}
  return { stylesheet: typeof given === "string" ? given : { type: "CssStylesheet", value: given.value } }
}

type Bodies = NonNullable<Annotation["body"]>

type Body = Extract<Bodies, string> | Exclude<Bodies, string | ReadonlyArray<unknown>>

const annotationBody = (body: Body, form: Form, id: string): Resource => {
  if (typeof body === "string") return { type: "TextualBody", value: body, format: "text/plain" }
  if ("type" in body) return body
  return "page" in body ? linkedPage(form.manifest, body) : bodyOf(body, form, id)
}

const isList = <T>(value: T | ReadonlyArray<T>): value is ReadonlyArray<T> => Array.isArray(value)

const bodiesOf = ({ body }: Annotation, form: Form, id: string): Pick<WebAnnotation, "body"> => {
  if (body === undefined) return {}
  if (!isList<Body>(body)) return { body: annotationBody(body, form, id) }
  return { body: body.map((one, index) => annotationBody(one, form, `${id}/${index + 1}`)) }
}

const targetOf = ({ target }: Annotation, form: Form, of: string): WebAnnotation["target"] => {
  if (target === undefined) return of
  if (typeof target === "string") return canvasId(form.manifest, target)
  if ("type" in target) return target
  return targetPart(target.page === undefined ? of : canvasId(form.manifest, target.page), target)
}

const annotationOf = (given: Annotation, form: Form, id: string, of: string): WebAnnotation => {
  const { label, motivation, textGranularity } = given
  return {
    id: given.id ?? id,
    type: "Annotation",
    ...(label === undefined ? {} : { label: textOf(label, form) }),
    motivation,
    ...(textGranularity === undefined ? {} : { textGranularity }),
    ...stylesheetOf(given.stylesheet),
    ...bodiesOf(given, form, given.id ?? id),
    target: targetOf(given, form, of)
  }
}

export const isAnnotation = (given: AnnotationOrPage): given is Annotation =>
  typeof given === "object" && !("type" in given)

/** The pages of annotations of a resource: those given, and one with all that are described. */
export function annotationPages(
  given: ReadonlyArray<AnnotationOrPage>,
  form: Form,
  id: string,
  of: string
): ReadonlyArray<AnnotationPageOrReference> {
  const described: Array<WebAnnotation> = []
  return given.flatMap((one): ReadonlyArray<AnnotationPageOrReference> => {
    if (!isAnnotation(one)) return [one]
    const pageId = `${id}/annotations`
    described.push(annotationOf(one, form, `${pageId}/${described.length + 1}`, of))
    return described.length === 1 ? [{ id: pageId, type: "AnnotationPage", items: described }] : []
  })
}
