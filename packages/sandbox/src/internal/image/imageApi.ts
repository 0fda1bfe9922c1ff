/** The Image API of ingested assets: information, pixels, and the redirect from the base URI (docs/mps.md, 2.4). */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Accept from "../accept.ts"
import type { Asset, Assets } from "../assets.ts"
import * as Conditional from "../conditional.ts"
import { CORS } from "../cors.ts"
import type { Derivatives } from "../derivatives.ts"
import type { Exchange } from "../exchange.ts"
import * as Reply from "../reply.ts"
import * as AlignedTile from "./alignedTile.ts"
import { ImageRefused } from "./imageRefused.ts"
import type { ApiVersion, Format } from "./imageRequest.ts"
import * as Info from "./info.ts"
import { RENDER_SECONDS } from "./limits.ts"
import * as Parse from "./parse.ts"
import * as Render from "./render.ts"
import * as Renders from "./renders.ts"
import type { Resolved } from "./resolve.ts"
import * as Resolve from "./resolve.ts"
import * as TileCache from "./tileCache.ts"

/** Which asset, and which version of the API if the path fixes it: `/assets/images/[2|3/]NS:ID`. */
export interface Target {
  readonly identifier: string
  readonly version: ApiVersion | undefined
}

export interface ImageApi {
  readonly base: (target: Target) => Reply.Reply
  readonly info: (exchange: Exchange, target: Target) => Reply.Reply
  /** A reply where no pixel must be decoded, otherwise an effect. */
  readonly image: (
    exchange: Exchange,
    target: Target,
    parameters: ReadonlyArray<string>
  ) => Reply.Reply | Effect.Effect<Reply.Reply>
}

/** MPS was seen to serve version 2, whatever the asset's `iiifApiVersion`. */
const DEFAULT_VERSION: ApiVersion = "2"

const MEDIA_TYPE: Readonly<Record<Format, string>> = {
  jpg: "image/jpeg",
  png: "image/png",
  tif: "image/tiff",
  gif: "image/gif"
}

const GUESSED_ERROR = { ...CORS, ...Reply.guess("form of the error of an image request") }
const NO_IMAGE = Reply.error(404, "No such image", { ...CORS, ...Reply.guess("form of the error for a missing image") })

const refusal = ({ problem, status }: ImageRefused): Reply.Reply => Reply.error(status, problem, GUESSED_ERROR)

const tooLong = new ImageRefused({
  status: 503,
  problem: `The image took longer than ${RENDER_SECONDS} s to render: ask for a smaller one, or again later`
})

/** Completes when the client has gone, so that what nobody waits for is not rendered. */
const gone = ({ response }: Exchange): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const done = () => resume(Effect.void)
    if (response.destroyed) return done()
    response.once("close", done)
    return Effect.sync(() => void response.off("close", done))
  })

const JSON_TYPE = "application/json"
const LD_TYPE = "application/ld+json"

/** Whether the client asks for JSON-LD rather than for plain JSON; undefined if it has no preference. */
const prefersJsonLd = ({ request }: Exchange): boolean | undefined =>
  Accept.preferred(
    request.headers.accept,
    ({ type }) => type === LD_TYPE ? true : type === JSON_TYPE ? false : undefined
  )

/** Version 3 prefers JSON-LD and names its profile (5.1); version 2 prefers plain JSON with a link to the context. */
const jsonHeaders = (exchange: Exchange, version: ApiVersion) => {
  if (prefersJsonLd(exchange) ?? version === "3") {
    const profile = version === "3" ? `;profile="${Info.CONTEXT[version]}"` : ""
    return { "content-type": `${LD_TYPE}${profile}` }
  }
  return {
    "content-type": JSON_TYPE,
    link: `<${Info.CONTEXT[version]}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`
  }
}

const profileLink = (version: ApiVersion) => `<${Info.PROFILE[version]}>;rel="profile"`

const withLink = <H extends { readonly link?: string }>(headers: H, link: string) => ({
  ...headers,
  link: headers.link === undefined ? link : `${headers.link}, ${link}`
})

export const make = Effect.fnUntraced(function*(options: {
  readonly base: string
  readonly assets: Assets
  readonly derivatives: Derivatives
}): Effect.fn.Return<ImageApi> {
  const { assets, derivatives } = options
  const tiles = TileCache.make()
  const renders = yield* Renders.make

  /** The default version has the address that MPS has, and the other one its own. */
  const idOf = ({ identifier }: Asset, target: Target, version: ApiVersion) => {
    const isDefault = target.version === undefined && version === DEFAULT_VERSION
    return `${options.base}/assets/images/${isDefault ? "" : `${version}/`}${identifier}`
  }

  const base: ImageApi["base"] = (target) => {
    const asset = assets.get(target.identifier)
    if (asset === undefined) return NO_IMAGE
    return Reply.redirect(303, `${idOf(asset, target, target.version ?? DEFAULT_VERSION)}/info.json`, CORS)
  }

  const info: ImageApi["info"] = (exchange, target) => {
    const asset = assets.get(target.identifier)
    if (asset === undefined) return NO_IMAGE
    const version = target.version ?? Accept.preferredVersion(exchange.request.headers.accept, "image") ??
      DEFAULT_VERSION
    const body = JSON.stringify(Info.make(idOf(asset, target, version), asset, version))
    const types = jsonHeaders(exchange, version)
    const headers = {
      ...CORS,
      ...withLink(types, profileLink(version)),
      vary: "Accept",
      ...Conditional.validators(Conditional.etagOf(types["content-type"] + body))
    }
    return Conditional.fresh(exchange, { status: 200, headers, body })
  }

  const render = ({ derivative }: Asset, request: Resolved) =>
    Effect.suspend(() => {
      const pyramid = derivatives.open(derivative)
      return renders.run(
        Render.pixels(pyramid, request),
        Render.render(derivatives.pathOf(derivative), pyramid, request)
      )
    })

  /** Waiting for others counts too, so that the line of those who wait has an end. */
  const renderInTime = (exchange: Exchange, asset: Asset, request: Resolved, headers: Record<string, string>) =>
    render(asset, request).pipe(
      Effect.map((body): Reply.Reply => ({ status: 200, headers, body })),
      Effect.timeoutOrElse({ duration: `${RENDER_SECONDS} seconds`, orElse: () => Effect.succeed(refusal(tooLong)) }),
      Effect.raceFirst(Effect.as(gone(exchange), Reply.empty(499)))
    )

  const again: (...request: Parameters<ImageApi["image"]>) => Effect.Effect<Reply.Reply> = (...request) =>
    Effect.suspend(() => {
      const answer = image(...request)
      return Effect.isEffect(answer) ? answer : Effect.succeed(answer)
    })

  const image: ImageApi["image"] = (exchange, target, parameters) => {
    const asset = assets.get(target.identifier)
    if (asset === undefined) return NO_IMAGE
    const known = tiles.get(exchange.path, asset, exchange.response)
    if (known !== undefined) return Conditional.fresh(exchange, known)
    const version = target.version ?? DEFAULT_VERSION
    const parsed = Result.flatMap(Parse.parse(parameters), (request) => Resolve.resolve(request, asset, version))
    if (Result.isFailure(parsed)) return refusal(parsed.failure)
    const request = parsed.success
    const headers = {
      ...CORS,
      "content-type": MEDIA_TYPE[request.format],
      link: `<${idOf(asset, target, version)}/${request.canonical}>;rel="canonical", ${profileLink(version)}`,
      // The canonical form names the pixels, and the derivative the ingest that they are of.
      ...Conditional.validators(`"${asset.derivative.slice(0, 13)}/${request.canonical}"`)
    }
    const unchanged = Conditional.notModified(exchange, headers)
    if (unchanged !== undefined) return unchanged
    const tile = tiles.add(exchange.path, asset, exchange.response, (take) => {
      const body = AlignedTile.read(derivatives.open(asset.derivative), request, take)
      return body && { status: 200, headers, body }
    })
    return tile ?? renderInTime(exchange, asset, request, headers).pipe(
      // What a new ingest has replaced in the meantime is gone.
      Effect.catchDefect((defect) =>
        assets.get(target.identifier) === asset ? Effect.die(defect) : again(exchange, target, parameters)
      )
    )
  }

  return { base, info, image }
})
