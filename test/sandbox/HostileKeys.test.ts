/** Names are never paths: what is stored under any key is read back exactly, and no file outside the data folder changes. */
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Effect } from "effect"
import * as Fs from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import sharp from "sharp"
import { call } from "../../packages/sandbox/test/s3/support.ts"
import * as Client from "../../packages/sandbox/test/support/client.ts"
import { get } from "../conformance/support/service.ts"
import { keys, tooLong } from "./support/hostileKeys.ts"

/** Every byte but those that no signature encodes, and the slash. */
const escape = (key: string) =>
  encodeURIComponent(key).replaceAll("%2F", "/").replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  )

const request = (sandbox: Client.Running, method: string, key: string, body?: Uint8Array) =>
  call(Number(new URL(sandbox.url).port), {
    method,
    target: `/_s3/${sandbox.s3.bucket}/${escape(key)}`,
    credential: { accessKeyId: sandbox.s3.accessKeyId, secretAccessKey: Client.secretOf(sandbox) },
    ...(body === undefined ? {} : { body })
  })

/** A picture of which there is no other. */
const picture = (index: number) =>
  Effect.promise(() =>
    sharp({ create: { width: index + 1, height: 1, channels: 3, background: "#246" } }).png().toBuffer()
  )

const filesBelow = (folder: string): ReadonlyArray<string> =>
  Fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort()

/** A folder with files beside the data folder, which stay as they are. */
const surroundings = Effect.acquireRelease(
  Effect.sync(() => {
    const outer = Fs.mkdtempSync(join(tmpdir(), "hostile-keys-"))
    for (const name of ["x", "config.json", "control-token"]) Fs.writeFileSync(join(outer, name), `canary ${name}`)
    const read = () =>
      filesBelow(outer).filter((file) => !file.startsWith("data"))
        .map((file) => [file, Fs.readFileSync(join(outer, file), "utf8")])
    return { outer, data: join(outer, "data"), read }
  }),
  ({ outer }) => Effect.sync(() => Fs.rmSync(outer, { recursive: true }))
)

/** What the sandbox itself names its files. */
const OWN = new RegExp([
  "^(?:config\\.json|control-token|lock|keys/[\\w.]+",
  "|s3/(?:buckets|objects|uploads|parts)/[0-9a-f-]+\\.json|s3/content/[0-9a-f-]+",
  "|(?:jobs|submissions|assets|manifests)/[0-9a-f-]+\\.json|derivatives/[0-9a-f-]+\\.\\w+)$"
].join(""))

const served = Effect.fnUntraced(function*<E>(use: (sandbox: Client.Running) => Effect.Effect<void, E>) {
  const { data, read } = yield* surroundings
  const before = read()
  yield* Sandbox.Sandbox.use(use).pipe(Effect.provide(Sandbox.Sandbox.layer({ dataDirectory: data })))
  assert.deepStrictEqual(read(), before)
  for (const file of filesBelow(data)) assert.match(file.replaceAll("\\", "/"), OWN)
}, Effect.scoped)

describe("hostile keys", () => {
  it.live(
    "are stored and read back exactly over S3, each one apart, or refused by name",
    () =>
      served(Effect.fnUntraced(function*(sandbox) {
        assert.strictEqual(new Set(keys).size, keys.length)
        for (const key of keys) {
          assert.strictEqual((yield* request(sandbox, "PUT", key, Buffer.from(key))).status, 200, JSON.stringify(key))
        }
        for (const key of keys) {
          const { body } = yield* request(sandbox, "GET", key)
          assert.strictEqual(Buffer.from(body, "latin1").toString("utf8"), key)
        }
        for (const key of tooLong) {
          const refused = yield* request(sandbox, "PUT", key, Buffer.from(key))
          assert.match(refused.body, /<Code>KeyTooLongError<\/Code>/)
        }
        for (const key of keys) assert.strictEqual((yield* request(sandbox, "DELETE", key)).status, 204)
      })),
    60_000
  )

  it.live("are where ingest finds an image, and nothing else is", () =>
    served(Effect.fnUntraced(function*(sandbox) {
      for (const [index, key] of keys.entries()) {
        assert.strictEqual((yield* request(sandbox, "PUT", key, yield* picture(index))).status, 200)
      }
      const assets = [...keys, "../../../x", "..%2fx", "%2e%2e/config.json"].map((key, index) =>
        Object.assign(Client.imageAsset({ id: `KEY${index}`, width: index + 1, height: 1, key }), {
          storageSrcPath: ""
        })
      )
      const body = Client.ingestRequest([])
      const job = yield* Client.ingest(sandbox, { ...body, assets: { ...body.assets, image: assets } })
      for (const [index, child] of job.children.entries()) {
        const key = keys[index]
        assert.strictEqual(child.state, key === undefined ? "failed" : "success", `${key}: ${child.reason}`)
        if (key === undefined) assert.match(child.reason ?? "", /^There is no object s3:/)
      }
    })), 60_000)

  it.live("lead to no file by any other route", () =>
    served(Effect.fnUntraced(function*(sandbox) {
      const secrets = ["control-token", "keys/s3.json", "keys/private.key"].map((file) =>
        Fs.readFileSync(join(sandbox.dataDirectory, file), "utf8").trim()
      )
      const routes = ["/view/", "/assets/images/", "/iiif/3/", "/", "/_sandbox/static/", "/_sandbox/", "/api/"]
      const names = [...keys, "../package.json", "../../control-token", "../../keys/private.key"]
      for (const name of names) {
        for (const route of routes) {
          // As the key is, where HTTP can say that, and encoded.
          const raw = name.replaceAll(/[^\x21-\x7e]/g, "x")
          for (const path of [`${route}${raw}`, `${route}${encodeURIComponent(name)}`]) {
            const answer = yield* get(sandbox, path)
            assert.isBelow(answer.status, 500, path)
            const text = answer.body.toString("utf8")
            for (const secret of secrets) assert.isFalse(text.includes(secret), path)
          }
        }
      }
    })), 60_000)
})
