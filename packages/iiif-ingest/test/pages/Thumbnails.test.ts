import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { AssetFate } from "@iiif-ingest/core/mps/Fate"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"
import { once } from "node:events"
import * as Http from "node:http"
import { thumbnails } from "../../src/internal/pages/thumbnails.ts"
import { manifestOf, reportOf, served } from "./support/reports.ts"

const jpeg = Buffer.from("ffd8ffe000104a464946", "hex")
const png = Buffer.from("89504e470d0a1a0a00", "hex")

type Answer = (request: Http.IncomingMessage, response: Http.ServerResponse) => void

const serverOf = (answer: Answer) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const seen: Array<string> = []
      const server = Http.createServer((request, response) => {
        seen.push(request.url ?? "")
        answer(request, response)
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      return { seen, url: `http://127.0.0.1:${port}`, server }
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

const reportAt = (urls: ReadonlyArray<string>, size: readonly [number, number] = [640, 427]) =>
  reportOf([
    manifestOf(
      "BOOK",
      urls.map((url, index) => ({
        file: `${index}.tif`,
        fate: AssetFate.cases.Served.make({ url, width: size[0], height: size[1] })
      }))
    )
  ])

const options = { width: 200, perSecond: 10_000 }

const send = (response: Http.ServerResponse, type: string, body: Buffer | string) =>
  response.writeHead(200, { "content-type": type }).end(body)

const answers: Readonly<Record<string, Answer>> = {
  jpeg: (_, response) => send(response, "image/jpeg", jpeg),
  png: (_, response) => send(response, "image/png", png),
  lie: (_, response) => send(response, "image/jpeg", "<html>not a picture</html>"),
  svg: (_, response) => send(response, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
  html: (_, response) => send(response, "text/html", jpeg),
  large: (_, response) => send(response, "image/jpeg", Buffer.concat([jpeg, Buffer.alloc(70_000)])),
  gone: (_, response) => response.writeHead(404).end(),
  elsewhere: (_, response) => response.writeHead(302, { location: "https://example.org/login" }).end(),
  cut: (_, response) => {
    response.writeHead(200, { "content-type": "image/jpeg", "content-length": "1000" })
    response.write(jpeg, () => response.destroy())
  },
  hang: () => undefined
}

const answerByName: Answer = (request, response) => answers[request.url?.split("/")[1] ?? ""]?.(request, response)

describe("thumbnails", () => {
  it.live("are the derivatives that viewers get, or say why there is none", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serverOf(answerByName)
      const get = (name: string) =>
        thumbnails(reportAt([`${url}/${name}/info.json`]), { ...options, timeout: "200 millis" }).pipe(
          Effect.map((found) => found.get("book0"))
        )
      assert.strictEqual(yield* get("jpeg"), `data:image/jpeg;base64,${jpeg.toString("base64")}`)
      assert.strictEqual(seen[0], "/jpeg/full/!200,200/0/default.jpg")
      assert.strictEqual(yield* get("png"), `data:image/png;base64,${png.toString("base64")}`)
      for (const name of ["lie", "svg", "html"]) {
        assert.strictEqual(yield* get(name), "no thumbnail: the answer is no picture", name)
      }
      assert.strictEqual(yield* get("large"), "no thumbnail: it is too large")
      assert.strictEqual(yield* get("gone"), "no thumbnail: HTTP 404")
      assert.strictEqual(yield* get("elsewhere"), "no thumbnail: HTTP 302")
      assert.strictEqual(yield* get("cut"), "no thumbnail: no answer")
      assert.strictEqual(yield* get("hang"), "no thumbnail: no answer in time")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))

  it.live("of small images are the images", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serverOf(answerByName)
      yield* thumbnails(reportAt([`${url}/jpeg/info.json`], [200, 100]), options)
      assert.deepStrictEqual(seen, ["/jpeg/full/max/0/default.jpg"])
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))

  it.live("end when the service asks for fewer requests", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serverOf((_, response) => response.writeHead(429).end())
      const found = yield* thumbnails(reportAt(Array.from({ length: 100 }, () => `${url}/a/info.json`)), options)
      assert.strictEqual(found.get("book0"), "no thumbnail: HTTP 429")
      assert.strictEqual(found.get("book99"), "no thumbnail: the service asked for no more requests")
      assert.isAtMost(seen.length, 4, "no more than were under way")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))

  it.live("end when the service is down, or the page is large enough", () =>
    Effect.gen(function*() {
      const { seen, url } = yield* serverOf((request, response) =>
        request.url?.startsWith("/down") === true
          ? response.writeHead(503).end()
          : send(response, "image/jpeg", jpeg)
      )
      const many = (name: string) => reportAt(Array.from({ length: 100 }, () => `${url}/${name}/info.json`))
      const down = yield* thumbnails(many("down"), options)
      assert.strictEqual(down.get("book99"), "no thumbnail: the service did not send the ones before")
      assert.isBelow(seen.length, 10)
      const large = yield* thumbnails(many("jpeg"), { ...options, maxTotalBytes: 50 })
      assert.strictEqual(large.get("book99"), "no thumbnail: the page would be too large")
      assert.isBelow(seen.length, 20)
      const before = seen.length
      const some = yield* thumbnails(many("jpeg"), { ...options, maxPictures: 3 })
      assert.strictEqual(seen.length - before, 3)
      assert.match(some.get("book2") ?? "", /^data:/)
      assert.strictEqual(some.get("book3"), "no thumbnail: only the first 3 images have one")
    }).pipe(Effect.provide(NodeHttpClient.layerUndici)))

  it.effect("are asked for no faster than they may be, and only of images that are served", () =>
    Effect.gen(function*() {
      let asked = 0
      const client = HttpClient.make((request) =>
        Effect.sync(() => {
          asked++
          return HttpClientResponse.fromWeb(
            request,
            new Response(jpeg, { headers: { "content-type": "image/jpeg" } })
          )
        })
      )
      const report = reportOf([
        manifestOf("BOOK", [
          ...Array.from({ length: 20 }, (_, index) => ({ file: `${index}.tif`, fate: served("x") })),
          { file: "other.tif", fate: AssetFate.cases.NotSent.make({}) },
          { file: "bad.tif", fate: AssetFate.cases.Served.make({ url: "file:///etc/passwd", width: 640, height: 427 }) }
        ])
      ])
      const fiber = yield* Effect.forkChild(
        thumbnails(report, { width: 200, perSecond: 2 }).pipe(
          Effect.provideService(HttpClient.HttpClient, client)
        )
      )
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(asked, 9)
      yield* TestClock.adjust("10 seconds")
      const found = yield* Fiber.join(fiber)
      assert.strictEqual(asked, 20)
      assert.strictEqual(found.size, 21)
      assert.strictEqual(found.get("book21"), "no thumbnail: its address is none")
    }))
})
