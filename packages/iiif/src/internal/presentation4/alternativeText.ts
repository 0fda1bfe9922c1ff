import type { Annotation, Canvas, LanguageMap, Resource, TextualBody } from "../../Presentation3.ts"
import { many } from "./names.ts"

/**
 * The alternative text of a canvas or of a part of it. `id` is the id of the annotation, `target` the id of the canvas,
 * with a fragment such as `#xywh=0,0,100,200` for a part; `text` is plain text in the language `language`, a BCP 47 tag.
 *
 * @category models
 * @since 0.1.0
 */
export interface AlternativeText {
  readonly id: string
  readonly target: string
  readonly text: string
  readonly language?: string
}

export const alternativeText = ({ id, language, target, text }: AlternativeText): Annotation => ({
  id,
  type: "Annotation",
  motivation: "supplementing",
  body: {
    type: "TextualBody",
    value: text,
    format: "text/plain",
    ...(language === undefined ? {} : { language }),
    accessibility: "alternativeText"
  },
  target
})

const isAlternative = (body: Resource): body is TextualBody =>
  body.type === "TextualBody" && "value" in body && "accessibility" in body &&
  many(body.accessibility).includes("alternativeText")

const isWhole = (target: unknown, id: string): boolean =>
  target === id || (typeof target === "object" && target !== null && "id" in target && target.id === id)

const textsOf = (canvas: Canvas) => ({ body, target }: Annotation): ReadonlyArray<readonly [string, string]> => {
  if (body === undefined || !many(target).some((one) => isWhole(one, canvas.id))) return []
  const bodies = Array.isArray(body) ? body : [body]
  return bodies.filter(isAlternative).map(({ language, value }) => [String(many(language ?? "none")[0]), value])
}

export const alternativeTextOf = (canvas: Canvas): LanguageMap | undefined => {
  const pages = (canvas.annotations ?? []).flatMap((page) =>
    typeof page === "object" && "items" in page ? page.items : []
  )
  const texts = pages.flatMap(textsOf(canvas))
  if (texts.length === 0) return undefined
  const byLanguage = Map.groupBy(texts, ([language]) => language)
  return Object.fromEntries(Array.from(byLanguage, ([language, group]) => [language, group.map(([, text]) => text)]))
}
