/** The pages by address. Loaded with the first that is asked for, so that the sandbox starts without them. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { randomBytes } from "node:crypto"
import type { Exchange } from "../http/exchange.ts"
import * as Query from "../http/query.ts"
import * as Reply from "../http/reply.ts"
import type { BodyCutOff } from "../http/requestBody.ts"
import * as Audience from "../image/audience.ts"
import * as ManifestName from "../presentation/manifestName.ts"
import * as ManifestUrl from "../presentation/manifestUrl.ts"
import * as AudienceViews from "./audienceViews.ts"
import * as ContentsPage from "./contentsPage.ts"
import * as Dashboard from "./dashboard.ts"
import * as Documents from "./documents.ts"
import * as Events from "./events.ts"
import * as JobViews from "./jobViews.ts"
import * as Page from "./page.ts"
import * as RequestViews from "./requestViews.ts"
import * as StaticFiles from "./staticFiles.ts"
import * as Switches from "./switches.ts"
import * as ViewerPages from "./viewerPages.ts"
import { WEB_OP, type WebParts } from "./webParts.ts"

export type Answer = Effect.Effect<Reply.Reply, PlatformError | BodyCutOff>

export interface Pages {
  readonly answer: (exchange: Exchange) => Answer
}

const NO_PAGE = Page.problem(404, "No such page", "The sandbox has no page at this address.")
const NO_AUDIENCE = Page.problem(400, "No such audience", `${Audience.EXPECTED}.`)
const missing = (what: string) => Page.problem(404, `No such ${what}`, `The sandbox has no ${what} of this name.`)

/** The number of a canvas, from 1, as NRS has it. */
const pageOf = (exchange: Exchange): number | undefined => {
  const page = Query.of(exchange).get("n") ?? ""
  return /^[1-9]\d{0,5}$/.test(page) ? Number(page) : undefined
}

/** Pages have one origin, whatever name of the sandbox was asked: their policy allows no other for what they load. */
const elsewhere = ({ request }: Exchange, base: string): Reply.Reply | undefined =>
  `http://${request.headers.host ?? ""}` === base ? undefined : Reply.redirect(307, `${base}${request.url ?? "/"}`)

export const make = (parts: WebParts): Pages => {
  const { assets, base, jobs, log, manifests } = parts
  // Known only to the pages of this process.
  const token = randomBytes(24).toString("base64url")
  const documents = Documents.make(parts)
  const dashboard = Dashboard.make(parts, documents, token)
  const events = Events.make()
  const staticFiles = StaticFiles.make()
  const has = (identifier: string) => assets.get(identifier) !== undefined

  const manifestPage = Effect.fnUntraced(function*(exchange: Exchange, key: string, contents: boolean) {
    const document = yield* documents.get(key)
    if (document === undefined) return missing("manifest")
    const audience = Audience.of(exchange)
    if (audience === "unknown") return NO_AUDIENCE
    if (contents) return ContentsPage.make(document, base, assets.get, audience)
    const limited = AudienceViews.limitedIn(document, assets.get)
    return ViewerPages.manifest({ document, base, page: pageOf(exchange), audience, limited })
  })

  const view = (exchange: Exchange, name: string, rest: ReadonlyArray<string>): Answer => {
    const contents = rest[0] === "contents"
    if (rest.length > 1 || (rest.length === 1 && !contents)) return Effect.succeed(NO_PAGE)
    const manifest = ManifestName.parse(name)
    if (manifest !== undefined) return manifestPage(exchange, manifest.key, contents)
    const asset = assets.get(name)
    if (asset === undefined) return Effect.succeed(missing("manifest or asset"))
    const audience = Audience.of(exchange)
    if (audience === "unknown") return Effect.succeed(NO_AUDIENCE)
    const make = contents ? ViewerPages.assetContents : ViewerPages.asset
    return Effect.succeed(make(asset, base, audience))
  }

  /** MPS's viewer: `/viewer/?manifestId=URL`. */
  const viewer = (exchange: Exchange): Reply.Reply => {
    const query = Query.of(exchange)
    const name = ManifestUrl.parse(query.get("manifestId") ?? "", base)
    const audience = Audience.inQuery(query)
    if (audience === "unknown") return NO_AUDIENCE
    return name === undefined || manifests.versions(name.key).length === 0
      ? missing("manifest")
      : Reply.redirect(303, `${base}${ContentsPage.viewerOf(name.key, pageOf(exchange), audience)}`)
  }

  const job = (id: string): Reply.Reply =>
    Option.match(jobs.get(id), {
      onNone: () => missing("job"),
      onSome: (job) => JobViews.page(job, has, RequestViews.ofJob(log.entries(), id))
    })

  const request = (id: string): Reply.Reply => {
    const entry = log.entries().find((one) => String(one.id) === id)
    // The pages' own requests are not shown: their replies have the token of the switches.
    return entry === undefined || entry.op === WEB_OP
      ? Page.problem(404, "No such request", "The log does not have it, or no longer.")
      : RequestViews.page(entry)
  }

  const filterOf = (exchange: Exchange) => RequestViews.filterOf(Query.of(exchange).get("show"))

  const own = (exchange: Exchange, [name = "", id = "", ...rest]: ReadonlyArray<string>): Answer => {
    if (name === "switch" && id === "") return Switches.answer(exchange, token, parts.faults)
    if (name === "events" && id === "") return events.answer(exchange, dashboard.fragments(filterOf(exchange)))
    if (rest.length > 0) return Effect.succeed(NO_PAGE)
    if (name === "static") return staticFiles.answer(exchange, id) ?? Effect.succeed(NO_PAGE)
    if (name === "jobs") return Effect.succeed(job(id))
    return Effect.succeed(name === "requests" ? request(id) : NO_PAGE)
  }

  return {
    answer: (exchange) => {
      const [first = "", second = "", ...rest] = exchange.segments
      if (first === "favicon.ico") return staticFiles.answer(exchange, "icon.svg") ?? Effect.succeed(NO_PAGE)
      if (first === "_sandbox") return own(exchange, [second, ...rest])
      const moved = elsewhere(exchange, base)
      if (moved !== undefined) return Effect.succeed(moved)
      if (first === "") return dashboard.page(filterOf(exchange))
      return first === "viewer" ? Effect.succeed(viewer(exchange)) : view(exchange, second, rest)
    }
  }
}
