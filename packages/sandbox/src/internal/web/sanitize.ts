/** HTML in the values of a manifest, of which IIIF allows a little (Presentation 3.0, 4.5). */
import sanitizeHtml from "sanitize-html"
import { Html } from "../http/html.ts"

/** IIIF: a value is HTML if its first character is `<` and its last is `>`. */
export const isMarkup = (value: string): boolean => value.startsWith("<") && value.endsWith(">")

/** Keeps what IIIF lists. An image stays only if it is the sandbox's own: a page loads nothing from outside. */
export const sanitize = (base: string) => {
  const isOwn = (src: string | undefined): boolean =>
    src !== undefined && URL.canParse(src) && new URL(src).origin === base
  const options: sanitizeHtml.IOptions = {
    allowedTags: ["a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"],
    allowedAttributes: { a: ["href"], img: ["src", "alt"] },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["http", "https"] },
    allowProtocolRelative: false,
    nestingLimit: 50,
    exclusiveFilter: ({ attribs, tag }) => tag === "img" && !isOwn(attribs["src"])
  }
  return (value: string): Html => new Html(sanitizeHtml(value, options))
}
