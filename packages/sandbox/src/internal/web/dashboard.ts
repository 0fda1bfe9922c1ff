/** The dashboard: sections that are updated while it is open, and read again with the page where scripts do not run. */
import * as Effect from "effect/Effect"
import type { RequestLogEntry } from "../../RequestLog.ts"
import { type Html, html, trusted } from "../http/html.ts"
import type { Reply } from "../http/reply.ts"
import { S3_PATH } from "../s3/path.ts"
import type { Documents } from "./documents.ts"
import * as FaultViews from "./faultViews.ts"
import * as JobViews from "./jobViews.ts"
import * as Page from "./page.ts"
import * as RequestViews from "./requestViews.ts"
import * as StoreViews from "./storeViews.ts"
import * as Units from "./units.ts"
import type { WebParts } from "./webParts.ts"

/** The content of the element with this id. */
export interface Fragment {
  readonly id: string
  readonly html: string
}

export interface Dashboard {
  readonly fragments: (filter: RequestViews.Filter) => Effect.Effect<ReadonlyArray<Fragment>>
  readonly page: (filter: RequestViews.Filter) => Effect.Effect<Reply>
}

const SECTIONS = ["manifests", "assets", "jobs", "requests", "faults", "objects"]

const tile = (section: string, figure: number, name: string, names = `${name}s`): Html =>
  html`<li><a href="#${section}"><b>${Units.count(figure)}</b> ${figure === 1 ? name : names}</a></li>\n`

const addresses = ({ account, base, bucket, namespace, space }: WebParts): Html =>
  html`<details class="addresses">
<summary>Addresses for a client</summary>
<dl class="pairs code">
${
    Object.entries({
      "Ingest": `${base}/admin/ingest`,
      "Pictures": `${base}/assets/images`,
      "Manifests": `${base}/URN-3:…`,
      "S3 endpoint": `${base}${S3_PATH}`,
      "Bucket": bucket,
      "Account, space, namespace": [account, space, namespace].join(", ")
    }).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)
  }</dl>
</details>`

export const make = (parts: WebParts, documents: Documents, token: string): Dashboard => {
  const { assets, base, faults, jobs, log, manifests, s3 } = parts
  const has = (identifier: string) => assets.get(identifier) !== undefined

  const overview = (entries: ReadonlyArray<RequestLogEntry>): Html => {
    const objects = s3.buckets().reduce((sum, bucket) => sum + bucket.objects.length, 0)
    return html`<ul class="tiles">
${tile("manifests", manifests.list().length, "manifest")}${tile("assets", assets.list().length, "asset")}${
      tile("jobs", jobs.list().length, "job")
    }${tile("requests", RequestViews.total(entries), "request")}${
      tile("faults", FaultViews.active(faults.hits()), "fault on", "faults on")
    }${tile("objects", objects, "object")}</ul>`
  }

  const fragments: Dashboard["fragments"] = (filter) =>
    Effect.map(documents.list, (published) => {
      const entries = log.entries()
      const sections: Readonly<Record<string, Html>> = {
        overview: overview(entries),
        manifests: StoreViews.manifests(published, manifests.list().length, base, has),
        assets: StoreViews.assets(assets.list(), base),
        jobs: JobViews.section(jobs.list()),
        requests: RequestViews.section(entries, filter),
        faults: FaultViews.section(faults.hits(), token),
        objects: StoreViews.buckets(s3.buckets())
      }
      return Object.entries(sections).map(([id, { text }]) => ({ id, html: text }))
    })

  const page: Dashboard["page"] = (filter) =>
    Effect.map(fragments(filter), (all) => {
      const contents = new Map(all.map(({ html: text, id }) => [id, text]))
      const section = (id: string) =>
        html`<section id="${id}" tabindex="-1" aria-labelledby="${id}-title">\n${trusted(contents.get(id))}</section>\n`
      return Page.reply({
        title: "MPS sandbox",
        scripts: ["live.js"],
        body: html`<h1>Dashboard</h1>
<p id="live" class="quiet" role="status">Reload the page to see what is new.</p>
<div id="overview">${trusted(contents.get("overview"))}</div>
${addresses(parts)}
${SECTIONS.map(section)}`
      })
    })

  return { fragments, page }
}
