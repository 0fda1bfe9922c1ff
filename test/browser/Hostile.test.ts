/** Labels, values, names of files and replies that try to run a script: on every page that shows them, in Chromium. */
import { assert, describe, layer } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect, Layer } from "effect"
import { request } from "node:http"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import * as Hostile from "../../packages/sandbox/test/support/hostile.ts"
import { Chrome, skip, type Watched } from "./support/browser.ts"

type Running = Sandbox.Sandbox["Service"]

const { ingest, ingestRequest, initialize, manifest, png, put } = Client

/** S3 refuses what is no valid UTF-8, and keys of more than 1024 bytes. */
const keys = Hostile.texts.map((text) => text.toWellFormed().replaceAll("\u0000", "").slice(0, 300))
  .map((text, index) => `images/${index}${text}.png`)

const encodeKey = (key: string) =>
  encodeURIComponent(key).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

const texts = { none: Hostile.texts }
const allMetadata = [
  ...Hostile.texts.map((text) => ({ label: { none: [text] }, value: { none: [text] } })),
  ...Hostile.markup.map((value) => ({ label: { none: ["Markup"] }, value: { none: [value] } }))
]

/** A canvas for each text, all of the same picture. */
const canvases = ({ url }: Running) =>
  Hostile.texts.map((text, index) => {
    const id = `${url}/canvas/${index}`
    const image = `${url}/assets/images/SANDBOX:ID0`
    return {
      id,
      type: "Canvas",
      label: { none: [text], en: [text] },
      width: 30,
      height: 20,
      items: [{
        id: `${id}/page`,
        type: "AnnotationPage",
        items: [{
          id: `${id}/annotation`,
          type: "Annotation",
          motivation: "painting",
          target: id,
          body: {
            id: `${image}/full/max/0/default.jpg`,
            type: "Image",
            width: 30,
            height: 20,
            format: "image/jpeg",
            service: [{ "@id": image, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }]
          }
        }]
      }],
      annotations: [{
        id: `${id}/words`,
        type: "AnnotationPage",
        items: [{
          id: `${id}/words/1`,
          type: "Annotation",
          motivation: "supplementing",
          target: id,
          body: { type: "TextualBody", value: text, accessibility: "alternativeText", language: text.slice(0, 20) }
        }]
      }]
    }
  })

const hostileManifest = (sandbox: Running, name: string, label: unknown) => ({
  ...manifest(sandbox, name),
  label,
  summary: { none: Hostile.markup.slice(0, 4), [`"><img src=x onerror=window.__owned=1>`]: ["language"] },
  requiredStatement: { label: texts, value: { none: Hostile.markup } },
  rights: "javascript:window.__owned=1",
  homepage: Hostile.texts.map((text) => ({ id: text, type: "Text", label: { none: [text] }, format: "text/html" })),
  seeAlso: [{ id: "javascript:window.__owned=1", type: "Dataset", label: { none: ["see"] } }],
  metadata: allMetadata,
  items: canvases(sandbox),
  structures: Hostile.texts.map((text, index) => ({
    id: `${sandbox.url}/range/${index}`,
    type: "Range",
    label: { none: [text] },
    items: [{ id: `${sandbox.url}/canvas/${index}`, type: "Canvas" }]
  }))
})

/** A request with a path and a header as they are, which `fetch` would tidy. */
const raw = ({ url }: Running, path: string, headers: Record<string, string>) =>
  Effect.callback<void>((resume) => {
    const sent = request(`${url}/`, { path, headers }, (response) => {
      response.resume().on("end", () => resume(Effect.void))
    })
    sent.on("error", () => resume(Effect.void)).end()
  })

const latin = (text: string) => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 2000)

const fill = Effect.gen(function*() {
  const sandbox = yield* Sandbox.Sandbox
  const picture = yield* png(30, 20)
  for (const key of keys) yield* put(sandbox, encodeKey(key).replace("images%2F", "images/"), picture)
  const assets = keys.map((key, index) => ({
    id: `ID${index}`,
    key: key.slice("images/".length),
    width: 30,
    height: 20
  }))
  yield* sandbox.faults.set([{
    match: { op: "IngestAsset", assetId: "ID1" },
    effect: { type: "childFailure", message: Hostile.texts.join("\n") }
  }])
  yield* ingest(sandbox, ingestRequest(assets, hostileManifest(sandbox, "HOSTILE", texts)))
  for (const [index, label] of [Hostile.texts[6], Hostile.texts[41], Hostile.texts[54]].entries()) {
    yield* ingest(sandbox, ingestRequest([], hostileManifest(sandbox, `HOSTILE${index}`, { en: [label] })))
  }
  const canvas = {
    "@id": `${sandbox.url}/canvas/0`,
    "@type": "sc:Canvas",
    label: Hostile.texts[8],
    width: 3,
    height: 2,
    images: []
  }
  const older = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@id": `${sandbox.url}/URN-3:SANDBOX:OLDER`,
    "@type": "sc:Manifest",
    label: Hostile.texts[6],
    attribution: Hostile.markup[6],
    metadata: [{ label: Hostile.texts[7], value: Hostile.markup[1] }],
    sequences: [{ "@type": "sc:Sequence", canvases: [canvas] }]
  }
  yield* ingest(sandbox, ingestRequest([], older))
  yield* sandbox.faults.set([
    { match: { path: Hostile.texts[0] ?? "" }, effect: { type: "status", status: 500, body: Hostile.texts.join("") } }
  ])
  for (const text of Hostile.texts) {
    yield* raw(
      sandbox,
      `/${encodeURIComponent(text.toWellFormed()).slice(0, 3000)}?${latin(text).replaceAll(" ", "+")}`,
      {
        "user-agent": latin(text),
        "x-label": latin(text)
      }
    )
    const claims = Buffer.from(JSON.stringify({ text })).toString("base64url").slice(0, 6000)
    yield* initialize(sandbox, `{"hostile":${JSON.stringify(text)}}`, `${claims}.${claims}.${claims.slice(0, 4)}`)
  }
})

/** What a page shows in place of characters that HTML cannot have. */
const shown = (text: string) =>
  // oxlint-disable-next-line no-control-regex
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "\u{fffd}")

const squeeze = (text: string) => text.replace(/\s+/g, " ")

/** Attributes of elements that would run a script. */
const HANDLERS = `[...document.querySelectorAll("*")].flatMap((element) =>
  element.getAttributeNames().filter((name) => /^on/i.test(name)).map((name) => element.nodeName + " " + name))`

const nothingRan = (watched: Watched, what: string) =>
  Effect.gen(function*() {
    for (const frame of watched.page.frames()) {
      assert.isUndefined(yield* Effect.promise(() => frame.evaluate("window.__owned")), what)
    }
    assert.deepStrictEqual(watched.dialogs, [], what)
    // React turns such an address into one that says so.
    const addresses = yield* Effect.promise(() =>
      watched.page.locator("a[href]").evaluateAll((all) => all.map((one) => one.getAttribute("href")))
    )
    assert.deepStrictEqual(
      addresses.filter((address) => /^[\s\0]*(?:javascript|vbscript):(?!throw new Error\('React)/i.test(address ?? "")),
      [],
      what
    )
    assert.strictEqual(yield* Effect.promise(() => watched.page.locator("object, embed, iframe").count()), 0, what)
    assert.deepStrictEqual(yield* Effect.promise(() => watched.page.evaluate(HANDLERS)), [], what)
  })

/** Moves the pointer over everything and the focus to everything, for handlers that wait for that. */
const poke = ({ page }: Watched) =>
  Effect.promise(() =>
    page.evaluate(`document.querySelectorAll("main *").forEach((element) => {
      for (const name of ["mouseover", "focus", "toggle", "error", "load"]) element.dispatchEvent(new Event(name))
    })`)
  )

describe.skipIf(skip)("hostile texts", () => {
  layer(Layer.merge(Layer.provideMerge(Layer.effectDiscard(fill), Sandbox.Sandbox.layer()), Chrome.layer()), {
    excludeTestServices: true,
    timeout: 60_000
  })((it) => {
    it.effect("run nowhere on our own pages, and are shown as they are", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const chrome = yield* Chrome
        const [job] = yield* sandbox.jobs.list
        const pages: ReadonlyArray<readonly [path: string, literally: ReadonlyArray<string>]> = [
          ["/", [Hostile.texts[41] ?? "", Hostile.texts[54] ?? ""]],
          ["/?show=problems", []],
          ["/view/URN-3:SANDBOX:HOSTILE/contents", Hostile.texts.filter((text) => !text.endsWith(">"))],
          ["/view/URN-3:SANDBOX:HOSTILE1/contents", [Hostile.texts[41] ?? ""]],
          ["/view/URN-3:SANDBOX:OLDER/contents", [Hostile.texts[6] ?? ""]],
          [`/_sandbox/jobs/${job?.id}`, Hostile.texts],
          ["/view/SANDBOX:ID6", [keys[6] ?? ""]],
          ["/view/SANDBOX:ID41/contents", [keys[41] ?? ""]],
          [`/view/${encodeURIComponent(Hostile.texts[6] ?? "")}`, []],
          [`/viewer/?manifestId=${encodeURIComponent(Hostile.texts[19] ?? "")}`, []]
        ]
        for (const [path, literally] of pages) {
          for (const withoutPolicy of [false, true]) {
            yield* Effect.scoped(Effect.gen(function*() {
              const watched = yield* chrome.open(sandbox.url, { withoutPolicy })
              const status = (yield* Effect.promise(() => watched.page.goto(`${sandbox.url}${path}`)))?.status()
              if (path.startsWith("/?") || path === "/") {
                yield* Effect.promise(() => watched.page.locator("#live.on").waitFor())
              }
              yield* poke(watched)
              yield* nothingRan(watched, path)
              assert.deepStrictEqual(watched.outside, [], path)
              // The browser itself complains of the 404 that we asked for.
              assert.deepStrictEqual(watched.complaints.filter((text) => !/status of 404/.test(text)), [], path)
              assert.include([200, 404], status)
              const text = squeeze(yield* Effect.promise(() => watched.page.locator("main").innerText()))
              const all = squeeze(`${yield* Effect.promise(() => watched.page.locator("main").textContent())}`)
              for (const one of literally) {
                assert.isTrue(
                  text.includes(squeeze(shown(one)).trim()) || all.includes(squeeze(shown(one)).trim()),
                  `${path} shows ${one.slice(0, 100)}`
                )
              }
            }))
          }
        }
      }), 60_000)

    it.effect("run on no page of a request", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const watched = yield* (yield* Chrome).open(sandbox.url)
        const entries = (yield* sandbox.requests()).filter(({ op }) => op !== "Web").slice(-2 * Hostile.texts.length)
        for (const { id } of entries) {
          yield* Effect.promise(() => watched.page.goto(`${sandbox.url}/_sandbox/requests/${id}`))
          yield* nothingRan(watched, `request ${id}`)
        }
        assert.deepStrictEqual(watched.complaints, [])
      }), 60_000)

    it.effect("run nowhere in Mirador", () =>
      Effect.gen(function*() {
        const sandbox = yield* Sandbox.Sandbox
        const chrome = yield* Chrome
        for (const withoutPolicy of [false, true]) {
          for (const name of ["HOSTILE", "HOSTILE0", "HOSTILE1", "HOSTILE2", "OLDER"]) {
            yield* Effect.scoped(Effect.gen(function*() {
              const watched = yield* chrome.open(sandbox.url, { withoutPolicy })
              const { page } = watched
              yield* Effect.promise(() => page.goto(`${sandbox.url}/view/URN-3:SANDBOX:${name}`))
              yield* Effect.promise(() => page.getByText("About this item").first().waitFor())
              yield* nothingRan(watched, name)
              if (!withoutPolicy) assert.deepStrictEqual(watched.outside, [], name)
            }))
          }
        }
      }), 60_000)
  })
})
