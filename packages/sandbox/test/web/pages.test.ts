import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox, type SandboxOptions } from "../../src/Sandbox.ts"
import * as Client from "../support/client.ts"

const { call, ingest, ingestRequest, manifest, png, put } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>, options?: SandboxOptions) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer(options)))

/** One asset and a manifest of it. */
const filled = Effect.fnUntraced(function*(sandbox: Client.Running, name = "BOOK") {
  yield* put(sandbox, "images/ONE.png", yield* png(30, 20))
  const canvas = {
    id: `${sandbox.url}/canvas/1`,
    type: "Canvas",
    label: { en: ["Page <1>"], fr: ["Feuille 1"] },
    width: 30,
    height: 20,
    items: [{
      id: `${sandbox.url}/page/1`,
      type: "AnnotationPage",
      items: [{
        id: `${sandbox.url}/annotation/1`,
        type: "Annotation",
        motivation: "painting",
        target: `${sandbox.url}/canvas/1`,
        body: {
          id: `${sandbox.url}/assets/images/SANDBOX:ONE/full/max/0/default.jpg`,
          type: "Image",
          service: [{ "@id": `${sandbox.url}/assets/images/SANDBOX:ONE`, "@type": "ImageService2" }]
        }
      }]
    }],
    annotations: [{
      id: `${sandbox.url}/words/1`,
      type: "AnnotationPage",
      items: [{
        id: `${sandbox.url}/words/1/1`,
        type: "Annotation",
        motivation: "supplementing",
        target: `${sandbox.url}/canvas/1`,
        body: { type: "TextualBody", value: "A blue field", language: "en", accessibility: "alternativeText" }
      }]
    }]
  }
  return yield* ingest(
    sandbox,
    ingestRequest([{ id: "ONE", width: 30, height: 20 }], {
      ...manifest(sandbox, name),
      label: { en: ["A <book>"], cy: ["Llyfr"] },
      metadata: [{ label: { en: ["Author"] }, value: { none: ["<p>A <b>B</b><script>1</script></p>"] } }],
      rights: "http://creativecommons.org/publicdomain/zero/1.0/",
      items: [canvas],
      structures: [{
        id: `${sandbox.url}/range/1`,
        type: "Range",
        label: { en: ["Chapter"] },
        items: [{ id: `${sandbox.url}/canvas/1#xywh=0,0,1,1`, type: "Canvas" }]
      }]
    })
  )
})

const tokenOf = (html: string) => /name="token" value="([^"]+)"/.exec(html)?.[1] ?? ""

describe("pages", () => {
  it.live("have a strict policy, the banner, no CORS and no sniffing", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const job = yield* filled(sandbox)
      const paths = {
        "/": "script-src 'self';",
        "/view/URN-3:SANDBOX:BOOK": "style-src 'self' 'unsafe-inline';",
        "/view/urn-3:sandbox:book:MANIFEST:3/contents": "style-src 'self';",
        "/view/SANDBOX:ONE": "sandbox allow-scripts",
        "/view/SANDBOX:ONE/contents": "style-src 'self';",
        [`/_sandbox/jobs/${job.id}`]: "form-action 'self'",
        "/_sandbox/requests/1": "frame-ancestors 'none'"
      }
      for (const [path, directive] of Object.entries(paths)) {
        const page = yield* call(`${sandbox.url}${path}`)
        assert.strictEqual(page.status, 200, path)
        const policy = page.headers.get("content-security-policy") ?? ""
        assert.include(policy, directive, path)
        assert.include(policy, "default-src 'none'; script-src 'self';", path)
        assert.include(policy, "base-uri 'none'", path)
        assert.strictEqual(page.headers.get("x-content-type-options"), "nosniff", path)
        assert.strictEqual(page.headers.get("referrer-policy"), "same-origin", path)
        assert.strictEqual(page.headers.get("access-control-allow-origin"), null, path)
        assert.include(page.text, "Local sandbox: nothing here is published", path)
        assert.notMatch(page.text, /<script(?! src="\/_sandbox\/static\/[\w.]+" defer>)|\son\w+=|\sstyle=/, path)
      }
    })))

  it.live("show when a job and its assets reached each state, and why an asset failed", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const job = yield* filled(sandbox)
      const expected = ["queued", "running", "success"]
      for (const timeline of [job.timeline, job.children[0]?.timeline]) {
        assert.deepStrictEqual(timeline?.map(({ state }) => state), expected)
        assert.isTrue(timeline?.every(({ at }) => at >= job.createdAt && at <= job.modifiedAt))
      }
      const page = yield* call(`${sandbox.url}/_sandbox/jobs/${job.id}`)
      for (const state of expected) assert.include(page.text, `<span class="state ${state}">${state}</span>`)
      assert.include(page.text, "/admin/ingest/initialize")
      const failed = yield* ingest(sandbox, ingestRequest([{ id: "NONE", width: 1, height: 1 }]))
      assert.include((yield* call(`${sandbox.url}/`)).text, "There is no object s3://")
      assert.strictEqual(failed.timeline?.at(-1)?.state, "failed")
    })))

  it.live("have a 404 page of their own, and no cross-origin reading of anything but delivery", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      for (
        const path of ["/view/URN-3:SANDBOX:NONE", "/view/x", "/view/x/y/z", "/_sandbox/jobs/x", "/_sandbox/static/x"]
      ) {
        const page = yield* call(`${sandbox.url}${path}`)
        assert.strictEqual(page.status, 404, path)
        assert.include(page.text, "<h1>No such", path)
        assert.include(page.headers.get("content-security-policy") ?? "", "default-src 'none'", path)
      }
      for (const path of ["//", "//assets/images/SANDBOX:NONE/info.json", "//view/x"]) {
        assert.strictEqual((yield* call(`${sandbox.url}${path}`)).status, 404, path)
      }
      for (
        const path of ["/", "/view/x", "/_sandbox/static/live.js", "/admin/ingest/version", "/_s3/", "/_sandbox/health"]
      ) {
        const reply = yield* call(`${sandbox.url}${path}`, { headers: { origin: "http://example.org" } })
        assert.strictEqual(reply.headers.get("access-control-allow-origin"), null, path)
      }
      const delivered = yield* call(`${sandbox.url}/assets/images/A:B/info.json`)
      assert.strictEqual(delivered.headers.get("x-content-type-options"), "nosniff")
    })))

  it.live("cannot be objects: what the S3 endpoint sends runs nowhere", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* put(sandbox, "page.html", Buffer.from("<script>fetch('/')</script>"))
      const { headers, status } = yield* Effect.promise(() => Client.s3(sandbox, { method: "GET", key: "page.html" }))
      assert.strictEqual(status, 200)
      assert.strictEqual(headers.get("content-security-policy"), "sandbox; default-src 'none'")
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
    })))

  it.live("send static files with an ETag", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      for (
        const name of [
          "style.css",
          "icon.svg",
          "live.js",
          "viewer.js",
          "asset.js",
          "mirador.min.js",
          "openseadragon.min.js"
        ]
      ) {
        const url = `${sandbox.url}/_sandbox/static/${name}`
        const file = yield* call(url)
        assert.strictEqual(file.status, 200, name)
        const again = yield* call(url, { headers: { "if-none-match": file.headers.get("etag") ?? "" } })
        assert.deepStrictEqual([again.status, again.text], [304, ""], name)
      }
      for (const name of ["../package.json", "..%2fpackage.json", "constructor", "__proto__"]) {
        assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/static/${name}`)).status, 404, name)
      }
    })))

  it.live("lead from another name of the sandbox to its own, because policies know one origin", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const other = sandbox.url.replace("127.0.0.1", "localhost")
      const reply = yield* call(`${other}/view/SANDBOX:ONE?x=1`)
      assert.deepStrictEqual([reply.status, reply.headers.get("location")], [
        307,
        `${sandbox.url}/view/SANDBOX:ONE?x=1`
      ])
    })))

  it.live("are found by the addresses that MPS's viewer has", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const open = (url: string) => call(`${sandbox.url}/viewer/?manifestId=${encodeURIComponent(url)}`)
      const expected = `${sandbox.url}/view/URN-3:SANDBOX:BOOK`
      for (
        const url of [
          `${sandbox.url}/URN-3:SANDBOX:BOOK`,
          `${sandbox.url}/iiif/3/URN-3:SANDBOX:BOOK`,
          "https://nrs-qa.lib.harvard.edu/URN-3:SANDBOX:BOOK:MANIFEST:3",
          "https://nrs.lib.harvard.edu/urn-3:sandbox:book:MANIFEST",
          "https://nrs.harvard.edu/URN-3:SANDBOX:BOOK"
        ]
      ) {
        const reply = yield* open(url)
        assert.deepStrictEqual([reply.status, reply.headers.get("location")], [303, expected], url)
      }
      const page = yield* call(`${sandbox.url}/viewer/?manifestId=${sandbox.url}/URN-3:SANDBOX:BOOK&n=12`)
      assert.strictEqual(page.headers.get("location"), `${expected}?n=12`)
      for (
        const url of [
          "https://example.org/URN-3:SANDBOX:BOOK",
          "https://other.lib.harvard.edu/URN-3:SANDBOX:BOOK",
          `${sandbox.url}/URN-3:SANDBOX:NONE`,
          "x",
          ""
        ]
      ) assert.strictEqual((yield* open(url)).status, 404, url)
      assert.strictEqual(sandbox.viewerUrl(`${sandbox.url}/URN-3:SANDBOX:BOOK`), expected)
      assert.strictEqual(sandbox.viewerUrl("SANDBOX:ONE"), `${sandbox.url}/view/SANDBOX:ONE`)
    })))

  it.live("have an icon, which is no problem that the dashboard shows", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const icon = yield* call(`${sandbox.url}/favicon.ico`)
      assert.deepStrictEqual([icon.status, icon.headers.get("content-type")], [200, "image/svg+xml"])
      assert.include((yield* call(`${sandbox.url}/?show=problems`)).text, "None of this kind.")
    })))

  it.live("give the viewer the sandbox's addresses in place of those of MPS, and nothing else's", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const open = Effect.fnUntraced(function*(name: string, homepage: string) {
        const one = {
          ...manifest(sandbox, name),
          homepage: [{ id: homepage, type: "Text", label: { en: ["Catalog"] } }]
        }
        yield* ingest(sandbox, ingestRequest([], one))
        return (yield* call(`${sandbox.url}/view/URN-3:SANDBOX:${name}`)).text
      })
      const mapped = yield* open("MAPPED", "https://nrs.harvard.edu/URN-3:SANDBOX:MAPPED")
      assert.include(mapped, `data-manifest="${sandbox.url}/iiif/3/URN-3:SANDBOX:MAPPED?hosts=sandbox"`)
      assert.include(mapped, "names hosts of MPS")
      const catalog = yield* open("CATALOG", "https://id.lib.harvard.edu/alma/1/catalog")
      assert.include(catalog, `data-manifest="${sandbox.url}/iiif/3/URN-3:SANDBOX:CATALOG"`)
      assert.notInclude(catalog, "names hosts of MPS")
    })))

  it.live("show contents with all languages, alternative texts, ranges and sanitised values", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* filled(sandbox)
      const { text } = yield* call(`${sandbox.url}/view/URN-3:SANDBOX:BOOK/contents`)
      for (
        const part of [
          `<bdi lang="en">A &lt;book&gt;</bdi>`,
          `<bdi lang="cy">Llyfr</bdi>`,
          `<bdi lang="fr">Feuille 1</bdi>`,
          `<bdi><p>A <b>B</b></p></bdi>`,
          `alt="A blue field"`,
          `<bdi lang="en">A blue field</bdi>`,
          `href="#canvas-1"`,
          `href="${sandbox.url}/assets/images/SANDBOX:ONE/info.json"`,
          `src="${sandbox.url}/assets/images/SANDBOX:ONE/full/!200,200/0/default.jpg"`,
          `href="http://creativecommons.org/publicdomain/zero/1.0/"`,
          `href="/view/URN-3:SANDBOX:BOOK"`,
          `href="${sandbox.url}/iiif/3/URN-3:SANDBOX:BOOK"`
        ]
      ) assert.include(text, part)
    })))

  it.live("stay small, whatever is in them", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* Client.initialize(sandbox, "[".repeat(8000) + "]".repeat(8000))
      const entry = (yield* sandbox.requests()).find(({ op }) => op === "Initialize")
      const page = yield* call(`${sandbox.url}/_sandbox/requests/${entry?.id}`)
      assert.strictEqual(page.status, 200)
      assert.isBelow(page.text.length, 40_000)
      const value = { none: [`<p>${"<b>x</b>".repeat(100_000)}</p>`] }
      const large = { ...manifest(sandbox, "LARGE"), summary: value, metadata: [{ label: value, value }] }
      yield* ingest(sandbox, ingestRequest([], large))
      const contents = yield* call(`${sandbox.url}/view/URN-3:SANDBOX:LARGE/contents`)
      assert.isBelow(contents.text.length, 1_000_000)
      const metadata = Array.from({ length: 600 }, () => ({ label: "x", value: "y" }))
      const many = { ...manifest(sandbox, "MANY"), metadata }
      yield* ingest(sandbox, ingestRequest([], many))
      assert.include((yield* call(`${sandbox.url}/view/URN-3:SANDBOX:MANY/contents`)).text, "The first 500 of 600.")
      const ids = Array.from({ length: 2002 }, (_, index) => `${sandbox.url}/canvas/${index}`)
      const long = {
        ...manifest(sandbox, "LONG"),
        items: ids.map((id) => ({ id, type: "Canvas" })),
        structures: [{ type: "Range", items: [ids[1999], ids[2000]].map((id) => ({ id, type: "Canvas" })) }]
      }
      yield* ingest(sandbox, ingestRequest([], long))
      const { text } = yield* call(`${sandbox.url}/view/URN-3:SANDBOX:LONG/contents`)
      assert.include(text, "first 2000 of 2002")
      assert.include(text, `<a href="#canvas-2000">`)
      assert.include(text, `<a href="/view/URN-3:SANDBOX:LONG?n=2001">`)
    })))

  it.live("show a Presentation 2 manifest, and one that is none at all", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const older = {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": `${sandbox.url}/URN-3:SANDBOX:OLDER:MANIFEST:2`,
        "@type": "sc:Manifest",
        label: "An older book",
        sequences: [{
          "@type": "sc:Sequence",
          canvases: [{
            "@id": `${sandbox.url}/c/1`,
            "@type": "sc:Canvas",
            label: "1r",
            width: 3,
            height: 2,
            images: []
          }]
        }]
      }
      yield* ingest(sandbox, ingestRequest([], older))
      const contents = yield* call(`${sandbox.url}/view/URN-3:SANDBOX:OLDER/contents`)
      assert.include(contents.text, "An older book")
      assert.include(contents.text, "1r")
      const odd = { id: `${sandbox.url}/URN-3:SANDBOX:ODD`, label: 7, items: "x", metadata: [1], structures: {} }
      yield* ingest(sandbox, ingestRequest([], odd))
      for (const path of ["/view/URN-3:SANDBOX:ODD/contents", "/view/URN-3:SANDBOX:ODD", "/"]) {
        assert.strictEqual((yield* call(`${sandbox.url}${path}`)).status, 200, path)
      }
    })))
})

describe("switches", () => {
  const press = (sandbox: Client.Running, body: string, headers: Record<string, string> = {}) =>
    call(`${sandbox.url}/_sandbox/switch`, {
      method: "POST",
      headers: { origin: sandbox.url, "content-type": "application/x-www-form-urlencoded", ...headers },
      body
    })

  it.live("turn ready-made faults on and off", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.add({ match: { op: "Version" }, effect: { type: "deny" } })
      const token = tokenOf((yield* call(`${sandbox.url}/`)).text)
      assert.isAbove(token.length, 20)
      assert.notInclude(JSON.stringify(yield* sandbox.requests()), token)
      const send = (turn: string, fault = "") => press(sandbox, `${new URLSearchParams({ token, turn, fault })}`)
      const on = yield* send("on", "pictures-503")
      assert.deepStrictEqual([on.status, on.headers.get("location")], [303, "/#faults"])
      assert.strictEqual((yield* call(`${sandbox.url}/assets/images/A:B/full/max/0/default.jpg`)).status, 503)
      assert.match((yield* call(`${sandbox.url}/`)).text, /Turn off: Pictures are unavailable/)
      yield* send("off", "pictures-503")
      assert.strictEqual((yield* sandbox.faults.hits).length, 1)
      yield* send("clear")
      assert.deepStrictEqual(yield* sandbox.faults.hits, [])
      assert.strictEqual((yield* send("on", "nothing")).status, 400)
      assert.strictEqual((yield* send("explode", "pictures-503")).status, 400)
    })))

  it.live("refuse what is not from a page of this sandbox", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const token = tokenOf((yield* call(`${sandbox.url}/`)).text)
      const good = `${new URLSearchParams({ token, turn: "on", fault: "slow" })}`
      const refused = [
        yield* press(sandbox, good, { origin: "http://example.org" }),
        yield* press(sandbox, good, { origin: "null" }),
        yield* press(sandbox, good, { origin: "http://localhost:1" }),
        yield* press(sandbox, good, { "sec-fetch-site": "cross-site" }),
        yield* press(sandbox, good, { "sec-fetch-site": "same-site" }),
        yield* press(sandbox, good.replace(token, "")),
        yield* press(sandbox, good.replace(token, `${token}x`)),
        yield* press(sandbox, good.replace(token, "x".repeat(token.length))),
        yield* press(sandbox, "turn=on&fault=slow")
      ]
      assert.deepStrictEqual(refused.map(({ status }) => status), refused.map(() => 403))
      assert.strictEqual((yield* press(sandbox, good, { "content-type": "text/plain" })).status, 415)
      assert.strictEqual((yield* press(sandbox, "x".repeat(20_000))).status, 413)
      assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/switch`)).status, 405)
      assert.deepStrictEqual(yield* sandbox.faults.hits, [])
    })))

  it.live("and pages stay reachable when everything else fails", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* sandbox.faults.set([{ match: {}, effect: { type: "status", status: 503 } }])
      assert.strictEqual((yield* call(`${sandbox.url}/admin/ingest/version`)).status, 503)
      assert.strictEqual((yield* call(`${sandbox.url}/`)).status, 200)
    })))
})

describe("the page of a request", () => {
  it.live("says that there was no reply", () =>
    withSandbox(
      Effect.fnUntraced(function*(sandbox) {
        yield* Effect.flip(call(`${sandbox.url}/admin/ingest/version`))
        const { id } = yield* sandbox.awaitRequest(({ ended, op }) => op === "Version" && ended !== undefined)
        const { text } = yield* call(`${sandbox.url}/_sandbox/requests/${id}`)
        assert.include(text, "<p class=\"empty\">There was none.</p>")
      }),
      { faults: [{ match: { op: "Version" }, effect: { type: "reset" } }] }
    ))
})

describe("what a client did wrong", () => {
  it.live("is on the dashboard, among the problems too, and on the page of the request, as text", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const one = { id: "ONE", width: 3, height: 2 }
      const document = { ...manifest(sandbox, "BOOK"), id: "https://<b>x/URN-3:SANDBOX:BOOK:MANIFEST:3" }
      yield* ingest(sandbox, ingestRequest([one], document))
      const { id } = yield* sandbox.awaitRequest(({ notes }) => notes.length > 0)
      for (const path of ["/", "/?show=problems"]) {
        const { text } = yield* call(`${sandbox.url}${path}`)
        assert.match(
          text,
          /class="note">SANDBOX:ONE is in the request, but no canvas of its manifest shows it \(and \d/
        )
      }
      const { text } = yield* call(`${sandbox.url}/_sandbox/requests/${id}`)
      assert.include(text, "<li>The manifest&#39;s id is at https://&lt;b&gt;x, not here")
      assert.include(text, "<small class=\"code\">other-environment</small>")
    })))
})

describe("events", () => {
  /** Reads events until the condition holds for all that was read. */
  const readUntil = async (response: Response, done: (text: string) => boolean): Promise<string> => {
    const decoder = new TextDecoder()
    let text = ""
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (done(text)) return text
    }
    return text
  }

  it.live("send every section once, then only what changes, however many requests there are", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const response = yield* Effect.promise(() => fetch(`${sandbox.url}/_sandbox/events`))
      assert.strictEqual(response.headers.get("content-type"), "text/event-stream; charset=utf-8")
      const foreign = { headers: { "sec-fetch-site": "cross-site" } }
      assert.strictEqual((yield* call(`${sandbox.url}/_sandbox/events`, foreign)).status, 403)
      const reading = readUntil(response, (text) => text.includes("/admin/ingest/version?last"))
      for (let sent = 0; sent < 300; sent++) yield* call(`${sandbox.url}/admin/ingest/version`)
      yield* call(`${sandbox.url}/admin/ingest/version?last`)
      const text = yield* Effect.promise(() => reading)
      const events = text.split("event: fragment").length - 1
      assert.isAtLeast(events, 8)
      assert.isAtMost(events, 40)
      assert.strictEqual(text.split(`"id":"jobs"`).length - 1, 1)
      yield* Effect.promise(() => response.body?.cancel() ?? Promise.resolve())
    })))

  it.live("end with the sandbox within two seconds, and with their listener", () =>
    Effect.gen(function*() {
      const started = yield* withSandbox(Effect.fnUntraced(function*(sandbox) {
        for (let round = 0; round < 30; round++) {
          const one = yield* Effect.promise(() => fetch(`${sandbox.url}/_sandbox/events`))
          // Sixteen may listen at a time, so those that have gone must not count.
          assert.strictEqual(one.status, 200, `round ${round}`)
          yield* Effect.promise(() => one.body?.cancel() ?? Promise.resolve())
          yield* sandbox.awaitIdle
        }
        yield* Effect.promise(() => fetch(`${sandbox.url}/_sandbox/events`))
        return performance.now()
      }))
      assert.isBelow(performance.now() - started, 2000)
    }))
})
