/** Public delivery of manifests by name (docs/mps.md, 2.4). */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Accept from "../http/accept.ts"
import type { Exchange } from "../http/exchange.ts"
import * as Query from "../http/query.ts"
import * as Reply from "../http/reply.ts"
import * as Audience from "../image/audience.ts"
import type { Document, Documents } from "./documents.ts"
import * as Fresh from "./fresh.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"
import * as View from "./view.ts"

export interface PresentationApi {
  /** `/URN-3:NS:NAME[:MANIFEST[:2|3]]` redirects to the manifest and `:VIEW` to the viewer, like NRS. */
  readonly name: (exchange: Exchange, segment: string) => Reply.Reply
  /** `/iiif/2|3/URN-3:NS:NAME` is the manifest. */
  readonly manifest: (
    exchange: Exchange,
    version: string,
    segment: string
  ) => Effect.Effect<Reply.Reply, PlatformError>
}

const NO_MANIFEST = Reply.error(404, "No such manifest", Reply.guess("form of the error for a missing manifest"))
const VIEW = /:VIEW$/i
const SUFFIX = /:MANIFEST(?::[23])?$/i

const mediaType = (version: Version) =>
  `application/ld+json;profile="http://iiif.io/api/presentation/${version}/context.json"`

const isVersion = (text: string): text is Version => text === "2" || text === "3"

const fidelity = ({ convertedFrom, lost }: Document): Readonly<Record<string, string>> => {
  if (convertedFrom === undefined) return {}
  const omitted = lost === 0 ? "" : `, ${lost} of its values omitted`
  return Reply.guess(`converted by the sandbox from Presentation ${convertedFrom}${omitted}; MPS may do it differently`)
}

export const make = ({ base, documents }: {
  readonly base: string
  readonly documents: Documents
}): PresentationApi => {
  const toViewer = (exchange: Exchange, segment: string, { audience }: View.View): Reply.Reply => {
    const urn = segment.replace(VIEW, "")
    const name = ManifestName.parse(urn)
    if (name === undefined || documents.newest(name.key) === undefined) return NO_MANIFEST
    const page = /^\d{1,6}$/.exec(Query.of(exchange).get("n") ?? "")
    const query = [
      `manifestId=${encodeURIComponent(`${base}/${urn}:MANIFEST`)}`,
      ...(page === null ? [] : [`n=${page[0]}`]),
      ...(audience === undefined ? [] : [`${Audience.PARAMETER}=${audience}`])
    ]
    return Reply.redirect(303, `${base}/viewer/?${query.join("&")}`, Reply.guess("where the suffix VIEW leads"))
  }

  const toManifest = ({ request }: Exchange, segment: string, query: string): Reply.Reply => {
    const name = ManifestName.parse(segment)
    const newest = name && documents.newest(name.key)
    if (name === undefined || newest === undefined) return NO_MANIFEST
    const version = name.version ?? Accept.preferredVersion(request.headers.accept, "presentation") ?? newest
    const location = `${base}/iiif/${version}/${segment.replace(SUFFIX, "")}${query}`
    return Reply.redirect(303, location, name.version === undefined ? { vary: "Accept" } : {})
  }

  const found = (
    exchange: Exchange,
    document: Document,
    version: Version,
    view: View.View
  ): Reply.Reply =>
    Fresh.reply(exchange, mediaType(version), View.apply(view, document.text, base), {
      ...fidelity(document),
      ...View.headers(view)
    })

  return {
    name: (exchange, segment) => {
      const view = View.of(Query.of(exchange))
      if (Result.isFailure(view)) return Reply.error(400, view.failure)
      return VIEW.test(segment)
        ? toViewer(exchange, segment, view.success)
        : toManifest(exchange, segment, View.toQuery(view.success))
    },
    manifest: Effect.fnUntraced(function*(exchange, version, segment) {
      const name = ManifestName.parse(segment)
      if (name === undefined || !isVersion(version)) return NO_MANIFEST
      const view = View.of(Query.of(exchange))
      if (Result.isFailure(view)) return Reply.error(400, view.failure)
      return yield* documents.read(name.key, version).pipe(
        Effect.map((document) =>
          document === undefined ? NO_MANIFEST : found(exchange, document, version, view.success)
        ),
        Effect.catchTag(
          "NotConvertible",
          ({ message }) =>
            Effect.succeed(Reply.error(501, message, Reply.guess("what MPS cannot convert, and what it replies then")))
        )
      )
    })
  }
}
