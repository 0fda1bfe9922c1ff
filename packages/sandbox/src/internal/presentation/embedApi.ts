/** The viewer's API for pages that embed it, much like oEmbed (docs/mps.md, 2.4). */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import { isReadonlyObject } from "effect/Predicate"
import type { Exchange } from "../http/exchange.ts"
import { html } from "../http/html.ts"
import * as Query from "../http/query.ts"
import * as Reply from "../http/reply.ts"
import type { Documents } from "./documents.ts"
import * as Fresh from "./fresh.ts"
import type { Version } from "./manifestName.ts"
import * as ManifestName from "./manifestName.ts"
import * as ManifestUrl from "./manifestUrl.ts"

export interface EmbedApi {
  /** `/api/{name}`; `undefined` if there is no such name. */
  readonly embed: (exchange: Exchange, name: string) => Effect.Effect<Reply.Reply, PlatformError>
}

const GUESS = Reply.guess("form of the viewer's errors and of its html")
const refused = (status: 400 | 404 | 501, message: string): Reply.Reply => Reply.error(status, message, GUESS)
const NO_SUCH_API = refused(404, "The viewer has the APIs mps, nrs, manifest and legacy")

const MAX_DIMENSION = 100_000
const MAX_PARAMETER = 2048

/** What is wrong with the size, which the viewer's published code accepts and ignores. */
const dimensionProblem = (query: URLSearchParams): string | undefined =>
  ["height", "width"].find((name) => {
    const value = query.get(name)
    if (value === null || value === "") return false
    return !/^[1-9][0-9]*%?$/.test(value) || Number.parseInt(value, 10) > MAX_DIMENSION
  })

/**
 * The title as the viewer's published code finds it: `label.none[0]`, or whatever the label is, or the id. It knows
 * neither languages nor `@id`.
 */
const titleOf = (manifest: unknown): unknown => {
  if (!isReadonlyObject(manifest)) return ""
  if (!Object.hasOwn(manifest, "label")) return manifest["id"] ?? ""
  const { label } = manifest
  if (!isReadonlyObject(label) || !Object.hasOwn(label, "none")) return label ?? ""
  const none = label["none"]
  return (Array.isArray(none) ? none[0] : undefined) ?? ""
}

/** The title as text in a page, where an object becomes `[object Object]`, as it does in JavaScript. */
const textOf = (title: unknown): string => {
  if (Array.isArray(title)) {
    return title.map((one: unknown) => isReadonlyObject(one) ? "[object Object]" : String(one)).join()
  }
  return isReadonlyObject(title) ? "[object Object]" : String(title)
}

interface Embedded {
  readonly type: "mps" | "manifest"
  readonly frame: string
  readonly key: string
  readonly version: Version | undefined
  readonly manifestUrl: string
  readonly viewerUrl: string
}

const answer = ({ frame, manifestUrl, type, viewerUrl }: Embedded, title: unknown) => ({
  type,
  version: "1.0",
  provider_name: "MPS Embed",
  title,
  iiif_manifest: manifestUrl,
  viewerUrl,
  html:
    html`<iframe name="${frame}" src="${viewerUrl}" title="${
      textOf(title)
    }" width="100%" height="100%" frameborder="0" allowfullscreen></iframe>`.text
})

export const make = ({ base, documents }: { readonly base: string; readonly documents: Documents }): EmbedApi => {
  const viewerOf = (manifestUrl: string) => `${base}/viewer/?manifestId=${encodeURIComponent(manifestUrl)}`

  const urnOf = (query: URLSearchParams) => {
    const urn = query.get("urn") ?? ""
    const name = ManifestName.parse(urn)
    return name === undefined ? undefined : { key: name.key, urn: urn.replace(/:MANIFEST(?::[23])?$/i, "") }
  }
  const NO_URN = refused(400, "The parameter urn has the form URN-3:NAMESPACE:NAME")

  const mps = (query: URLSearchParams): Embedded | Reply.Reply => {
    const name = urnOf(query)
    if (name === undefined) return NO_URN
    const version = query.get("manifestVersion") || "3"
    if (version !== "2" && version !== "3") return refused(400, "The parameter manifestVersion is 2 or 3")
    const manifestUrl = `${base}/iiif/${version}/${name.urn}`
    const { key } = name
    return { type: "mps", frame: "mps-embed-mps", key, version, manifestUrl, viewerUrl: viewerOf(manifestUrl) }
  }

  const nrs = (query: URLSearchParams): Embedded | Reply.Reply => {
    const name = urnOf(query)
    if (name === undefined) return NO_URN
    const page = query.get("n") ?? ""
    if (!/^[0-9]{0,9}$/.test(page)) return refused(400, "The parameter n is the number of a page")
    const manifestUrl = `${base}/${name.urn}:MANIFEST`
    const viewerUrl = `${base}/${name.urn}:VIEW${page === "" ? "" : `?n=${page}`}`
    return { type: "manifest", frame: "mps-embed-nrs", key: name.key, version: undefined, manifestUrl, viewerUrl }
  }

  const manifest = (query: URLSearchParams): Embedded | Reply.Reply => {
    const manifestUrl = query.get("manifestId") ?? ""
    const name = ManifestUrl.parse(manifestUrl, base)
    if (name === undefined) {
      return refused(404, "The sandbox fetches nothing: manifestId must be the address of a manifest that it serves")
    }
    return { type: "manifest", frame: "mps-embed-manifest", ...name, manifestUrl, viewerUrl: viewerOf(manifestUrl) }
  }

  const legacy = () => refused(404, "The sandbox has no records of the catalogue, which this API looks up")

  const apis: Readonly<Record<string, (query: URLSearchParams) => Embedded | Reply.Reply>> = {
    mps,
    nrs,
    manifest,
    legacy
  }

  const reply = Effect.fnUntraced(function*(exchange: Exchange, embedded: Embedded) {
    const newest = documents.newest(embedded.key)
    if (newest === undefined) return refused(404, `There is no manifest ${embedded.key}`)
    const document = yield* documents.read(embedded.key, embedded.version ?? newest)
    const title = titleOf(document === undefined ? undefined : JSON.parse(document.text))
    const body = yield* Effect.try({
      try: () => JSON.stringify(answer(embedded, title)),
      // A label may be nested as deep as its request allows.
      catch: () => "unprintable" as const
    }).pipe(Effect.orElseSucceed(() => undefined))
    if (body === undefined) return refused(501, "The label of this manifest cannot be printed")
    return Fresh.reply(exchange, "application/json; charset=utf-8", body, GUESS)
  })

  return {
    embed: (exchange, name) => {
      const api = Object.hasOwn(apis, name) ? apis[name] : undefined
      if (api === undefined) return Effect.succeed(NO_SUCH_API)
      const query = Query.of(exchange)
      if ([...query.values()].some((value) => value.length > MAX_PARAMETER)) {
        return Effect.succeed(refused(400, `A parameter has more than ${MAX_PARAMETER} characters`))
      }
      const wrong = dimensionProblem(query)
      if (wrong !== undefined) return Effect.succeed(refused(400, `The parameter ${wrong} is a positive whole number`))
      const embedded = api(query)
      if ("status" in embedded) return Effect.succeed(embedded)
      return Effect.catchTag(
        reply(exchange, embedded),
        "NotConvertible",
        ({ message }) => Effect.succeed(refused(501, message))
      )
    }
  }
}
