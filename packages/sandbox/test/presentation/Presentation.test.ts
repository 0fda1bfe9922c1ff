import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Sandbox } from "../../src/Sandbox.ts"
import * as Client from "../support/client.ts"

const { at, call, ingest, ingestRequest, initialize, jobId } = Client

const withSandbox = <A, E>(use: (sandbox: Client.Running) => Effect.Effect<A, E>) =>
  Sandbox.use(use).pipe(Effect.provide(Sandbox.layer()))

const context = (version: number) => `http://iiif.io/api/presentation/${version}/context.json`
const accept = (version: number) => ({ headers: { accept: `application/ld+json;profile="${context(version)}"` } })

const book = (origin: string, name: string, label: unknown = { none: [name] }) => {
  const id = `${origin}/URN-3:SANDBOX:${name}:MANIFEST:3`
  const service = `${origin}/assets/images/SANDBOX:P1`
  return {
    "@context": context(3),
    id,
    type: "Manifest",
    label,
    items: [{
      id: `${id}/canvas/1`,
      type: "Canvas",
      width: 40,
      height: 30,
      items: [{
        id: `${id}/page/1`,
        type: "AnnotationPage",
        items: [{
          id: `${id}/annotation/1`,
          type: "Annotation",
          motivation: "painting",
          target: `${id}/canvas/1`,
          body: {
            id: `${service}/full/max/0/default.jpg`,
            type: "Image",
            format: "image/jpeg",
            width: 40,
            height: 30,
            service: [{ "@id": service, "@type": "ImageService2", profile: "level2" }]
          }
        }]
      }]
    }]
  }
}

const older = (origin: string, name: string) => ({
  "@context": context(2),
  "@id": `${origin}/URN-3:SANDBOX:${name}:MANIFEST:2`,
  "@type": "sc:Manifest",
  label: "Older",
  sequences: [{
    "@type": "sc:Sequence",
    canvases: [{
      "@id": `${origin}/URN-3:SANDBOX:${name}:MANIFEST:2/canvas/1`,
      "@type": "sc:Canvas",
      label: "1r",
      width: 40,
      height: 30,
      images: []
    }]
  }]
})

/** Publishes the text of a manifest exactly as it is. */
const publish = (sandbox: Client.Running, manifest: unknown) => {
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest)
  const body = JSON.stringify(ingestRequest([])).replace("\"manifest\":{}", () => `"manifest":${text}`)
  return Effect.as(ingest(sandbox, body), text)
}

const header = ({ headers }: Client.Answer, name: string) => headers.get(name)
const fidelity = (answer: Client.Answer) => header(answer, "x-sandbox-fidelity") ?? ""

describe("manifests", () => {
  it.live("are served as sent, with an entity tag", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const text = yield* publish(sandbox, book(sandbox.url, "Sent"))
      const url = `${sandbox.url}/iiif/3/URN-3:SANDBOX:SENT`
      const sent = yield* call(url)
      assert.strictEqual(sent.text, text)
      assert.strictEqual(header(sent, "content-type"), `application/ld+json;profile="${context(3)}"`)
      assert.strictEqual(header(sent, "access-control-allow-origin"), "*")
      assert.deepStrictEqual([fidelity(sent), header(sent, "x-sandbox-view")], ["", null])

      const etag = header(sent, "etag") ?? ""
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
        const again = yield* call(url, { headers: { "if-none-match": known } })
        assert.deepStrictEqual([again.status, again.text, header(again, "etag")], [304, "", etag], known)
        assert.strictEqual(header(again, "access-control-allow-origin"), "*")
      }
      assert.strictEqual((yield* call(url, { headers: { "if-none-match": "\"other\"" } })).status, 200)

      const head = yield* call(url, { method: "HEAD" })
      assert.deepStrictEqual([head.status, head.text, header(head, "etag")], [200, "", etag])
      assert.strictEqual(header(head, "content-length"), String(Buffer.byteLength(text)))
      assert.strictEqual((yield* call(url, { method: "PUT", body: "{}" })).status, 405)
    })))

  it.live("are converted to the other version, marked as a guess", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, book(sandbox.url, "Newer"))
      yield* publish(sandbox, older(sandbox.url, "Older"))

      const down = yield* call(`${sandbox.url}/iiif/2/URN-3:SANDBOX:NEWER`)
      assert.strictEqual(header(down, "content-type"), `application/ld+json;profile="${context(2)}"`)
      assert.match(fidelity(down), /^guess; converted by the sandbox from Presentation 3/)
      assert.strictEqual(at(down.json, "@id"), `${sandbox.url}/URN-3:SANDBOX:Newer:MANIFEST:2`)
      const canvas = at(down.json, "sequences", 0, "canvases", 0)
      assert.strictEqual(
        at(canvas, "images", 0, "resource", "service", "@id"),
        `${sandbox.url}/assets/images/SANDBOX:P1`
      )

      const up = yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:OLDER`)
      assert.strictEqual(at(up.json, "id"), `${sandbox.url}/URN-3:SANDBOX:Older:MANIFEST:3`)
      assert.strictEqual(at(up.json, "items", 0, "label", "none", 0), "1r")
      assert.match(fidelity(up), /from Presentation 2/)

      const known = { headers: { "if-none-match": header(up, "etag") ?? "" } }
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:OLDER`, known)).status, 304)

      // The address that the converted manifest gives itself is served.
      const own = yield* call(String(at(down.json, "@id")))
      assert.strictEqual((yield* call(header(own, "location") ?? "")).text, down.text)
    })))

  it.live("of the Python client that are named for version 2 end at an address that is served", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const id = `${sandbox.url}/URN-3:SANDBOX:Python:MANIFEST:2`
      const text = yield* publish(sandbox, { ...book(sandbox.url, "Python"), id })
      const named = yield* call(id)
      assert.strictEqual(header(named, "location"), `${sandbox.url}/iiif/2/URN-3:SANDBOX:Python`)
      const served = yield* call(header(named, "location") ?? "")
      assert.strictEqual(at(served.json, "@id"), id)
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:PYTHON`)).text, text)
    })))

  it.live("that cannot be converted are 501 with the reason", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const { items: _, ...incomplete } = book(sandbox.url, "Broken")
      yield* publish(sandbox, incomplete)
      const answer = yield* call(`${sandbox.url}/iiif/2/URN-3:SANDBOX:BROKEN`)
      assert.strictEqual(answer.status, 501)
      assert.match(String(at(answer.json, "error")), /sent as Presentation 3 and cannot be converted to 2: items/)
      assert.match(fidelity(answer), /^guess/)
      assert.strictEqual(header(answer, "access-control-allow-origin"), "*")
    })))

  it.live("are served as sent in both versions if both were sent", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const newer = yield* publish(sandbox, book(sandbox.url, "Both"))
      const second = yield* publish(sandbox, older(sandbox.url, "Both"))
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/URN-3:SANDBOX:BOTH`)).text, newer)
      assert.strictEqual((yield* call(`${sandbox.url}/iiif/2/URN-3:SANDBOX:BOTH`)).text, second)
    })))
})

describe("names", () => {
  it.live("redirect to the version in the name, else the preferred one, else the newest", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, book(sandbox.url, "Book"))
      const to = Effect.fnUntraced(function*(path: string, init?: RequestInit) {
        const answer = yield* call(`${sandbox.url}${path}`, init)
        assert.strictEqual(answer.status, 303)
        return [(header(answer, "location") ?? "").slice(sandbox.url.length), header(answer, "vary")]
      })
      assert.deepStrictEqual(yield* to("/urn-3:sandbox:book:manifest:2"), ["/iiif/2/urn-3:sandbox:book", null])
      assert.deepStrictEqual(yield* to("/URN-3%3ASANDBOX%3ABook"), ["/iiif/3/URN-3:SANDBOX:Book", "Accept"])
      assert.deepStrictEqual(yield* to("/URN-3:SANDBOX:Book:MANIFEST", accept(2)), [
        "/iiif/2/URN-3:SANDBOX:Book",
        "Accept"
      ])
      assert.deepStrictEqual(yield* to("/URN-3:SANDBOX:Book:MANIFEST:3", accept(2)), [
        "/iiif/3/URN-3:SANDBOX:Book",
        null
      ])
      assert.deepStrictEqual(yield* to("/URN-3:SANDBOX:Book?hosts=sandbox"), [
        "/iiif/3/URN-3:SANDBOX:Book?hosts=sandbox",
        "Accept"
      ])
      const manifestId = encodeURIComponent(`${sandbox.url}/URN-3:SANDBOX:Book:MANIFEST`)
      assert.deepStrictEqual(yield* to("/URN-3:SANDBOX:Book:VIEW?n=2"), [`/viewer/?manifestId=${manifestId}&n=2`, null])
      assert.deepStrictEqual(yield* to("/URN-3:SANDBOX:Book:VIEW?n=x"), [`/viewer/?manifestId=${manifestId}`, null])
      for (const path of ["/URN-3:SANDBOX:NONE", "/URN-3:SANDBOX:NONE:VIEW", "/iiif/3/URN-3:SANDBOX:NONE"]) {
        assert.strictEqual((yield* call(`${sandbox.url}${path}`)).status, 404, path)
      }
    })))
})

describe("the view hosts=sandbox", () => {
  it.live("maps hosts of MPS, marked, also in a converted manifest", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const text = yield* publish(sandbox, book("https://nrs-qa.lib.harvard.edu", "Far"))
      const url = `${sandbox.url}/iiif/3/URN-3:SANDBOX:FAR`
      assert.strictEqual((yield* call(url)).text, text)
      const view = yield* call(`${url}?hosts=sandbox`)
      assert.deepStrictEqual(view.json, book(sandbox.url, "Far"))
      assert.deepStrictEqual([header(view, "x-sandbox-view"), fidelity(view)], ["hosts=sandbox", ""])
      assert.notStrictEqual(header(view, "etag"), header(yield* call(url), "etag"))
      const converted = yield* call(`${sandbox.url}/iiif/2/URN-3:SANDBOX:FAR?hosts=sandbox`)
      assert.strictEqual(at(converted.json, "@id"), `${sandbox.url}/URN-3:SANDBOX:Far:MANIFEST:2`)
      assert.notInclude(converted.text, "harvard.edu")
      assert.match(fidelity(converted), /^guess; converted/)
      for (const query of ["hosts=qa", "hosts=", "hosts=sandbox&hosts=prod"]) {
        assert.strictEqual((yield* call(`${url}?${query}`)).status, 400, query)
        assert.strictEqual((yield* call(`${sandbox.url}/URN-3:SANDBOX:FAR?${query}`)).status, 400, query)
      }
    })))
})

describe("the viewer's API", () => {
  const get = (sandbox: Client.Running, path: string) => call(`${sandbox.url}/api/${path}`)

  it.live("describes how to embed a manifest", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, book(sandbox.url, "Shown", { none: ["It's <b>\"shown\"</b> & told"] }))
      const answer = yield* get(sandbox, "mps?urn=URN-3:SANDBOX:Shown&manifestVersion=3&height=700&width=1200&prod=0")
      const manifest = `${sandbox.url}/iiif/3/URN-3:SANDBOX:Shown`
      const viewerUrl = `${sandbox.url}/viewer/?manifestId=${encodeURIComponent(manifest)}`
      assert.deepInclude(Object(answer.json), {
        type: "mps",
        version: "1.0",
        provider_name: "MPS Embed",
        title: "It's <b>\"shown\"</b> & told",
        iiif_manifest: manifest,
        viewerUrl
      })
      const html = String(at(answer.json, "html"))
      assert.include(html, `src="${viewerUrl}"`)
      assert.include(html, `title="It&#39;s &lt;b&gt;&quot;shown&quot;&lt;/b&gt; &amp; told"`)
      assert.match(fidelity(answer), /^guess/)
      assert.strictEqual(header(answer, "access-control-allow-origin"), "*")

      const older = yield* get(sandbox, "mps?urn=urn-3:sandbox:shown:MANIFEST&manifestVersion=2")
      assert.strictEqual(at(older.json, "iiif_manifest"), `${sandbox.url}/iiif/2/urn-3:sandbox:shown`)

      const nrs = yield* get(sandbox, "nrs?urn=URN-3:SANDBOX:Shown&n=4&prod=1")
      assert.deepInclude(Object(nrs.json), {
        type: "manifest",
        iiif_manifest: `${sandbox.url}/URN-3:SANDBOX:Shown:MANIFEST`,
        viewerUrl: `${sandbox.url}/URN-3:SANDBOX:Shown:VIEW?n=4`
      })

      const far = "https://nrs-qa.lib.harvard.edu/URN-3:SANDBOX:SHOWN:MANIFEST:3"
      const by = yield* get(sandbox, `manifest?manifestId=${encodeURIComponent(far)}`)
      assert.deepInclude(Object(by.json), { type: "manifest", iiif_manifest: far })
    })))

  it.live("finds titles only as the published viewer does", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const titleOf = Effect.fnUntraced(function*(name: string, label: unknown) {
        const { label: _, ...rest } = book(sandbox.url, name)
        yield* publish(sandbox, label === undefined ? rest : { ...rest, label })
        const { json } = yield* get(sandbox, `mps?urn=URN-3:SANDBOX:${name}`)
        return [at(json, "title"), /title="([^"]*)"/.exec(String(at(json, "html")))?.[1]]
      })
      assert.deepStrictEqual(yield* titleOf("A", { en: ["English"] }), [{ en: ["English"] }, "[object Object]"])
      assert.deepStrictEqual(yield* titleOf("B", { none: [] }), ["", ""])
      const id = `${sandbox.url}/URN-3:SANDBOX:C:MANIFEST:3`
      assert.deepStrictEqual(yield* titleOf("C", undefined), [id, id])
      assert.deepStrictEqual(yield* titleOf("D", "plain"), ["plain", "plain"])
      assert.deepStrictEqual(yield* titleOf("E", [{ toString: 1 }, "x"]), [[{ toString: 1 }, "x"], "[object Object],x"])
    })))

  it.live("rejects what it does not know with a reason", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      yield* publish(sandbox, book(sandbox.url, "Known"))
      const urn = "urn=URN-3:SANDBOX:KNOWN"
      const cases: ReadonlyArray<readonly [string, number, RegExp]> = [
        ["mps?urn=URN-3:SANDBOX:NONE", 404, /no manifest SANDBOX:NONE/],
        ["mps", 400, /urn/],
        ["mps?urn=../../x", 400, /urn/],
        [`mps?${urn}&manifestVersion=4`, 400, /manifestVersion/],
        [`mps?${urn}&height=-1`, 400, /height/],
        [`mps?${urn}&width=1e9`, 400, /width/],
        [`mps?${urn}&width=100001`, 400, /width/],
        [`nrs?${urn}&n=a`, 400, /page/],
        [`mps?${urn}&prod=${"1".repeat(3000)}`, 400, /2048/],
        ["manifest?manifestId=http://169.254.169.254/", 404, /fetches nothing/],
        ["manifest", 404, /fetches nothing/],
        ["legacy?recordIdentifier=990", 404, /catalogue/],
        ["constructor", 404, /mps, nrs/],
        ["", 404, /mps, nrs/]
      ]
      for (const [path, status, reason] of cases) {
        const answer = yield* get(sandbox, path)
        assert.strictEqual(answer.status, status, path)
        assert.match(String(at(answer.json, "error")), reason)
        assert.match(fidelity(answer), /^guess/, path)
      }
    })))
})

describe("hostile manifests", () => {
  it.live("never lead to a 500", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const id = (name: string) => `${sandbox.url}/URN-3:SANDBOX:${name}:MANIFEST:3`
      const start = (name: string) => `{"@context":"${context(3)}","id":"${id(name)}","type":"Manifest"`
      const nested = (depth: number) => `${"{\"a\":[".repeat(depth)}1${"]}".repeat(depth)}`
      const bodies: Readonly<Record<string, string>> = {
        DEEP: `${start("DEEP")},"label":{"none":["x"]},"items":${nested(500)}}`,
        DEEPER: `${start("DEEPER")},"label":{"none":[${nested(50_000)}]},"items":[]}`,
        DEEPLABEL: `${start("DEEPLABEL")},"label":${nested(500)},"items":[]}`,
        HUGE: `${start("HUGE")},"label":{"none":["x"]},"items":[],"n":1e400}`,
        PROTO: `${
          start("PROTO")
        },"__proto__":{"label":"x"},"constructor":1,"toString":2,"items":[],"label":{"none":[1]}}`,
        IDS: `${
          start("IDS")
        },"label":{"none":["x"]},"items":[{"id":"__proto__","type":"Canvas","width":1,"height":1}]}`,
        LABELS: `${start("LABELS")},"label":{"none":{"length":-1},"__proto__":["x"],"hasOwnProperty":1},"items":[]}`,
        LABELTEXT: `${start("LABELTEXT")},"label":[[[{"toString":null}]],{"valueOf":1}],"items":[]}`,
        SURROGATE: `${start("SURROGATE")},"label":{"none":["\\ud800<script>"]},"items":[]}`,
        TWICE: `${start("TWICE")},"id":"${id("TWICE")}","items":[],"items":null,"label":{"none":[null]}}`,
        "!$&'()*+,;=@~": `${start("!$&'()*+,;=@~")},"label":{"none":["x"]},"items":[]}`
      }
      for (const [name, text] of Object.entries(bodies)) {
        const body = JSON.stringify(ingestRequest([])).replace("\"manifest\":{}", () => `"manifest":${text}`)
        const accepted = yield* initialize(sandbox, body)
        assert.include([200, 400], accepted.status, name)
        if (accepted.status === 200) yield* sandbox.jobs.awaitTerminal(jobId(accepted))
        const segment = encodeURIComponent(`URN-3:SANDBOX:${name}`)
        for (
          const path of [
            `/iiif/3/${segment}`,
            `/iiif/2/${segment}`,
            `/iiif/3/${segment}?hosts=sandbox`,
            `/iiif/2/${segment}?hosts=sandbox`,
            `/${segment}`,
            `/api/mps?urn=${segment}`,
            `/api/mps?urn=${segment}&manifestVersion=2`,
            `/api/nrs?urn=${segment}`
          ]
        ) {
          const answer = yield* call(`${sandbox.url}${path}`)
          assert.notStrictEqual(answer.status, 500, `${name} ${path}`)
        }
        if (accepted.status === 200) assert.strictEqual((yield* call(`${sandbox.url}/iiif/3/${segment}`)).text, text)
      }
    })))

  it.live("names never lead to a 500", () =>
    withSandbox(Effect.fnUntraced(function*(sandbox) {
      const segments = [
        "URN-3:",
        "URN-3:A:__proto__",
        "urn-3:constructor:toString",
        "URN-3:A:B%0d%0aX-Evil:1",
        "URN-3:A:%00",
        "URN-3:A:%ff%fe",
        "URN-3:A:..%2f..%2fetc%2fpasswd",
        `URN-3:A:${"a".repeat(10_000)}`,
        `URN-3:A:${"B:MANIFEST:3".repeat(500)}`,
        "URN-3:A:B:MANIFEST:4"
      ]
      for (const segment of segments) {
        for (const path of [segment, `iiif/3/${segment}`, `iiif/x/${segment}`, `api/mps?urn=${segment}`]) {
          const { status } = yield* call(`${sandbox.url}/${path}`)
          assert.include([400, 404], status, path)
        }
      }
    })))
})
