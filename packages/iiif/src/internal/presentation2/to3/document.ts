import * as Result from "effect/Result"
import { context as presentation3 } from "../../../Presentation3.ts"
import type { Finding } from "../../check/finding.ts"
import type { Fields, Json } from "../../fields.ts"
import { quoted } from "../../quoted.ts"
import { jsonOf } from "../json.ts"
import type { Note } from "../notes.ts"
import { Place } from "../place.ts"
import { collection } from "./collection.ts"
import { resource } from "./content.ts"
import { shortName, typesOf } from "./draft.ts"
import { otherContent } from "./lists.ts"
import { manifest } from "./manifest.ts"
import { originOf } from "./origin.ts"
import { type At, type Draft, idOf, isFields, Upgrade } from "./upgrade.ts"

/** A converted document that has not been checked yet. */
export interface Unchecked {
  readonly document: Fields
  readonly place: At
}

/** What the document was converted to, and what is not in it. */
export interface Upgraded<A> {
  readonly value: A
  readonly lost: ReadonlyArray<Note>
}

/** Why a document is not of the class that is asked for. */
const kindProblem = (document: Json, type: string): Note | undefined => {
  if (!isFields(document)) return { path: "", problem: "it is not a JSON object" }
  const names = typesOf(document).map(shortName)
  if (names.includes(type)) return undefined
  if (document["type"] !== undefined && names.length === 0) {
    return { path: "type", problem: "it is not a Presentation 2 document: those have an @type" }
  }
  const [other] = names
  if (other === undefined) return { path: "@type", problem: `there is no @type, which is sc:${type}` }
  const instead = other === "Collection" ? ": use collectionToPresentation3" : ""
  return { path: "@type", problem: `it is of the class ${quoted(other)}, not ${type}${instead}` }
}

const contexts = ({ contexts }: Upgrade): Json =>
  contexts.size === 0 ? presentation3 : [...contexts].filter((one) => one !== presentation3).concat(presentation3)

/**
 * The document, if the checker found no error in it and it is of the class that it should be. What is left is reported
 * at the places in the given document that it comes from.
 */
export const finished = <A>(
  { document, place }: Unchecked,
  findings: ReadonlyArray<Finding>
): Result.Result<Upgraded<A>, ReadonlyArray<Note>> => {
  const errors = findings.filter(({ severity }) => severity === "error").map(({ expected, message, path }) => ({
    path: originOf(document, path, place),
    problem: `${message}, and Presentation 3 asks for ${expected}`
  }))
  if (errors.length > 0) return Result.fail(errors)
  // Sound: what has no error is what the types say.
  return Result.succeed({ value: document as A, lost: place.conversion.lost.all })
}

const completed = (draft: Draft, place: At): Result.Result<Unchecked, ReadonlyArray<Note>> => {
  const { conversion } = place
  if (!conversion.refused.isEmpty) return Result.fail(conversion.refused.all)
  for (const complete of conversion.later) complete()
  const document = conversion.from({ ...draft.fields, "@context": contexts(conversion) }, place)
  return Result.succeed({ document, place })
}

const noId = (id: string | undefined): string =>
  id === undefined ? "there is no @id" : "it is not the http URI of the document, which all its other ids may depend on"

/** Converts a manifest or a collection, with pauses in which other work may go on. */
export function* upgrade(
  given: unknown,
  type: "Manifest" | "Collection",
  rename: (id: string) => string
): Generator<void, Result.Result<Unchecked, ReadonlyArray<Note>>> {
  const json = yield* jsonOf(given)
  if (Result.isFailure(json)) return Result.fail([json.failure])
  const document = json.success
  const problem = kindProblem(document, type)
  if (problem !== undefined || !isFields(document)) return Result.fail(problem === undefined ? [] : [problem])
  const conversion = new Upgrade(rename, { resource, otherContent })
  const place: At = new Place(conversion)
  const own = idOf(document["@id"])
  const id = own === undefined ? undefined : conversion.address(own, place.at("@id"))
  if (id === undefined) return Result.fail([{ path: "@id", problem: noId(own) }])
  conversion.root = conversion.own(id)
  const draft: Draft = { type, id, fields: { "@context": presentation3, id, type } }
  if (type === "Manifest") yield* manifest(document, draft, place)
  else yield* collection(document, draft, place)
  return completed(draft, place)
}
