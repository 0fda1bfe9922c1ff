import { isFields, type Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { Notes } from "../notes.ts"
import { type Conversion, type Place, safely } from "../place.ts"
import { addressBelow, httpUri } from "./uri.ts"

/** A place in a Presentation 2 document. */
export type At = Place<Upgrade>

/** A resource of Presentation 3 while it is being put together. */
export interface Draft {
  readonly type: string
  /** Its id; for a resource without one, that of the resource it belongs to. */
  readonly id: string
  readonly fields: { [key: string]: Json }
}

/** What becomes of a property: what it adds to the resource. */
export type Rule = (value: Json, place: At, draft: Draft) => void

/** How a content resource is read where its own type and format do not say what it is. */
export interface ResourceOptions {
  readonly type: string
  /** The id of the resource that it belongs to. */
  readonly owner: string
  /** Whether it may be in several languages: links may, bodies and images have one. */
  readonly isLink?: boolean
  /** Whether it is the only body of an annotation; of choices, only such a one may have an id. */
  readonly isOnlyBody?: boolean
}

/** Conversions that contain each other: content has descriptions, which have content. */
export interface Parts {
  readonly resource: (value: Json, place: At, options: ResourceOptions) => Json | undefined
  readonly otherContent: Rule
}

/** What is known of a document while it is converted. */
export class Upgrade implements Conversion {
  readonly rename: (id: string) => string
  readonly parts: Parts
  readonly lost = new Notes()
  readonly refused = new Notes()
  readonly timeless = new Set<string>()
  /** The new ids of canvases, by the given ones. */
  readonly canvases = new Map<string, string>()
  readonly contexts = new Set<string>()
  /** Where in the given document the resources of the result come from. */
  readonly origins = new WeakMap<object, At>()
  /** The types of the services that are described in the document, by their ids. */
  readonly serviceTypes = new Map<string, string>()
  /** What is to be completed when the whole document has been read. */
  readonly later: Array<() => void> = []
  /** The new id of the document. */
  root = ""
  readonly #used = new Map<string, number>()

  constructor(rename: (id: string) => string, parts: Parts) {
    this.rename = safely(rename, this.refused)
    this.parts = parts
  }

  /** The address of something on the web, `undefined` if Presentation 3 has none of this form. */
  address(given: string, place: At): string | undefined {
    const renamed = this.rename(given)
    const uri = httpUri(renamed)
    if (uri !== undefined && uri !== renamed) place.lose(`it is no URI: it is written as ${quoted(uri)}`)
    return uri
  }

  /** The id of a resource that Presentation 3 identifies by an http URI; others get one below that of the document. */
  identity(given: string, place: At, isReference = true): string {
    const known = (isReference ? this.canvases.get(given) : undefined) ?? this.address(given, place)
    if (known !== undefined) return known
    const id = addressBelow(this.root, given)
    place.lose(`${quoted(given)} is no http URI, which Presentation 3 asks for: the id is ${quoted(id)}`)
    return id
  }

  /** An id for one resource only: another resource that has it already keeps it, and this one gets a number. */
  own(id: string, place?: At): string {
    const count = (this.#used.get(id) ?? 0) + 1
    this.#used.set(id, count)
    if (count === 1) return id
    const numbered = this.own(`${id}/${count}`)
    place?.lose(`another resource has this id: the id is ${quoted(numbered)}`)
    return numbered
  }

  /** Where a resource of the result comes from. */
  from<T extends object>(resource: T, place: At): T {
    this.origins.set(resource, place)
    return resource
  }
}

/** A canvas, or a part of one, that is referred to by its address. */
export interface CanvasPart {
  readonly id: string
  /** What is after the #. */
  readonly fragment: string | undefined
}

/** The canvas of this document that an address refers to, `undefined` if it has none. */
export const canvasPart = ({ canvases }: Upgrade, given: string): CanvasPart | undefined => {
  const whole = canvases.get(given)
  if (whole !== undefined) return { id: whole, fragment: undefined }
  const hash = given.lastIndexOf("#")
  const id = hash === -1 ? undefined : canvases.get(given.slice(0, hash))
  return id === undefined ? undefined : { id, fragment: given.slice(hash + 1) }
}

export { isFields } from "../../fields.ts"

/** The address of a value that is one, or has one as its `@id`. */
export const idOf = (value: Json | undefined): string | undefined => {
  const id = isFields(value) ? value["@id"] : value
  return typeof id === "string" && id !== "" ? id : undefined
}
