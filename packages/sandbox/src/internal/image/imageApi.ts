/** The Image API of ingested assets: information, pixels, and the redirect from the base URI (docs/mps.md, 2.4). */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Accept from "../http/accept.ts"
import * as Conditional from "../http/conditional.ts"
import { CORS } from "../http/cors.ts"
import type { Exchange } from "../http/exchange.ts"
import { gone } from "../http/gone.ts"
import * as Reply from "../http/reply.ts"
import type { Asset, Assets } from "../ingest/assets.ts"
import * as ImageAddress from "./address.ts"
import * as AlignedTile from "./alignedTile.ts"
import { EXPECTED } from "./audience.ts"
import * as Derivatives from "./derivatives.ts"
import { ImageRefused } from "./imageRefused.ts"
import type { ApiVersion, Format } from "./imageRequest.ts"
import * as Info from "./info.ts"
import { RENDER_SECONDS } from "./limits.ts"
import * as Parse from "./parse.ts"
import * as Policy from "./policy.ts"
import * as Render from "./render.ts"
import * as Renders from "./renders.ts"
import type { Extent, Resolved } from "./resolve.ts"
import * as Resolve from "./resolve.ts"
import * as TileCache from "./tileCache.ts"
import * as Viewing from "./viewing.ts"

export interface ImageApi {
  readonly base: (exchange: Exchange, target: ImageAddress.Target) => Reply.Reply
  readonly info: (exchange: Exchange, target: ImageAddress.Target) => Reply.Reply
  /** A reply where no pixel must be decoded, otherwise an effect. */
  readonly image: (
    exchange: Exchange,
    target: ImageAddress.Target,
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

const UNKNOWN_AUDIENCE = Reply.error(400, EXPECTED, CORS)

/** `headers` are those of every reply to this audience. */
const refusal = (
  { problem, status }: ImageRefused,
  headers: Readonly<Record<string, string>> = {}
): Reply.Reply => Reply.error(status, problem, { ...GUESSED_ERROR, ...headers })

const tooLong = new ImageRefused({
  status: 503,
  problem: `The image took longer than ${RENDER_SECONDS} s to render: ask for a smaller one, or again later`
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

const profileLink = (version: ApiVersion, limit?: Extent) => `<${Info.profile(version, limit)}>;rel="profile"`

const withLink = <H extends { readonly link?: string }>(headers: H, link: string) => ({
  ...headers,
  link: headers.link === undefined ? link : `${headers.link}, ${link}`
})

/** What is rendered from which file, and sent with which headers. */
interface Rendition {
  readonly derivative: string
  readonly request: Resolved
  readonly headers: Readonly<Record<string, string>>
}

export const make = Effect.fnUntraced(function*(options: {
  readonly base: string
  readonly assets: Assets
  readonly derivatives: Derivatives.Derivatives
}): Effect.fn.Return<ImageApi> {
  const { assets, derivatives } = options
  const tiles = TileCache.make()
  const renders = yield* Renders.make

  /** The default version has the address that MPS has, and the other one its own. */
  const idOf = ({ identifier }: Asset, { audience, version: fixed }: ImageAddress.Target, version: ApiVersion) => {
    const isDefault = fixed === undefined && version === DEFAULT_VERSION
    return ImageAddress.make(options.base, identifier, { version: isDefault ? undefined : version, audience })
  }

  const base: ImageApi["base"] = (exchange, asked) => {
    const asset = assets.get(asked.identifier)
    if (asset === undefined) return NO_IMAGE
    const viewing = Viewing.of(exchange, asset, asked)
    if (viewing === "unknown") return UNKNOWN_AUDIENCE
    const { target } = viewing
    return Reply.redirect(303, `${idOf(asset, target, target.version ?? DEFAULT_VERSION)}/info.json`, CORS)
  }

  const info: ImageApi["info"] = (exchange, asked) => {
    const asset = assets.get(asked.identifier)
    if (asset === undefined) return NO_IMAGE
    const viewing = Viewing.of(exchange, asset, asked)
    if (viewing === "unknown") return UNKNOWN_AUDIENCE
    const { limit, target } = viewing
    const version = target.version ?? Accept.preferredVersion(exchange.request.headers.accept, "image") ??
      DEFAULT_VERSION
    const body = JSON.stringify(Info.make(idOf(asset, target, version), asset, version, limit))
    const types = jsonHeaders(exchange, version)
    const headers = {
      ...CORS,
      ...withLink(types, profileLink(version, limit)),
      ...Conditional.validators(Conditional.etagOf(types["content-type"] + body)),
      ...viewing.headers,
      vary: viewing.headers["vary"] === undefined ? "Accept" : `Accept, ${viewing.headers["vary"]}`
    }
    return Conditional.fresh(exchange, { status: 200, headers, body })
  }

  const render = (derivative: string, request: Resolved) =>
    Effect.suspend(() => {
      const pyramid = derivatives.open(derivative)
      return renders.run(
        Render.pixels(pyramid, request),
        Render.render(derivatives.pathOf(derivative), pyramid, request)
      )
    })

  /** Waiting for others counts too, so that the line of those who wait has an end. */
  const renderInTime = (exchange: Exchange, { derivative, headers, request }: Rendition) =>
    render(derivative, request).pipe(
      Effect.map((body): Reply.Reply => ({ status: 200, headers, body })),
      Effect.timeoutOrElse({ duration: `${RENDER_SECONDS} seconds`, orElse: () => Effect.succeed(refusal(tooLong)) }),
      Effect.raceFirst(Effect.as(gone(exchange), Reply.empty(499)))
    )

  /** From the pyramid of the whole image, or from that of the copy that is all that a limited audience sees of it. */
  const rendition = (asset: Asset, { headers, limit, target }: Viewing.Viewing, request: Resolved): Rendition => {
    const version = target.version ?? DEFAULT_VERSION
    const tag = `${asset.derivative.slice(0, 13)}${limit === undefined ? "" : `-${limit.width}x${limit.height}`}`
    return {
      derivative: limit === undefined ? asset.derivative : Derivatives.copyOf(asset.derivative, limit),
      request: limit === undefined
        ? request
        : { ...request, region: Policy.boxIn(request.region, asset, limit) },
      headers: {
        ...CORS,
        "content-type": MEDIA_TYPE[request.format],
        link: `<${idOf(asset, target, version)}/${request.canonical}>;rel="canonical", ${profileLink(version, limit)}`,
        // The canonical form names the pixels, and the derivative the ingest that they are of.
        ...Conditional.validators(`"${tag}/${request.canonical}"`),
        ...headers
      }
    }
  }

  const again: (...request: Parameters<ImageApi["image"]>) => Effect.Effect<Reply.Reply> = (...request) =>
    Effect.suspend(() => {
      const answer = image(...request)
      return Effect.isEffect(answer) ? answer : Effect.succeed(answer)
    })

  const image: ImageApi["image"] = (exchange, asked, parameters) => {
    const asset = assets.get(asked.identifier)
    if (asset === undefined) return NO_IMAGE
    const viewing = Viewing.of(exchange, asset, asked)
    if (viewing === "unknown") return UNKNOWN_AUDIENCE
    // Tiles are those of the whole image only. Where the path does not say for whom, their headers depend on who asks.
    const path = asset.limits === undefined ? exchange.path : `${viewing.target.audience ?? ""} ${exchange.path}`
    const known = viewing.limit === undefined ? tiles.get(path, asset, exchange.response) : undefined
    if (known !== undefined) return Conditional.fresh(exchange, known)
    const version = asked.version ?? DEFAULT_VERSION
    const parsed = Result.flatMap(
      Parse.parse(parameters),
      (request) => Resolve.resolve(request, asset, version, viewing.bound)
    )
    if (Result.isFailure(parsed)) return refusal(parsed.failure, viewing.headers)
    const rendered = rendition(asset, viewing, parsed.success)
    const { headers, request } = rendered
    const unchanged = Conditional.notModified(exchange, headers)
    if (unchanged !== undefined) return unchanged
    const tile = viewing.limit !== undefined ? undefined : tiles.add(path, asset, exchange.response, (take) => {
      const body = AlignedTile.read(derivatives.open(asset.derivative), request, take)
      return body && { status: 200, headers, body }
    })
    return tile ?? renderInTime(exchange, rendered).pipe(
      // What a new ingest has replaced in the meantime is gone.
      Effect.catchDefect((defect) =>
        assets.get(asked.identifier) === asset ? Effect.die(defect) : again(exchange, asked, parameters)
      )
    )
  }

  return { base, info, image }
})
