/** The command on URLs of a server on this machine. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { authorityFor } from "../../../test/support/certificates.ts"
import { type Handler, stubServer } from "../../lts-http/test/support/stubServer.ts"
import { check, checkHere, folderOf, linesOf, validText } from "./support/command.ts"

const broken = "{\n  \"@context\": \"http://iiif.io/api/presentation/3/context.json\",\n  \"type\": \"Manifest\"\n}"

const serving = (handler: Handler) => stubServer(handler)

describe("iiif-check on URLs", () => {
  it.live("checks what is served, with its lines, whatever its type is said to be", () =>
    Effect.gen(function*() {
      const stub = yield* serving(({ url }) => ({
        status: 200,
        headers: { "content-type": "text/plain" },
        body: url === "/valid" ? validText() : broken
      }))
      const { code, stdout } = yield* check(["--allow-private", `${stub.url}/valid`, `${stub.url}/broken`])
      assert.strictEqual(code, 1)
      assert.include(stdout, `${stub.url}/broken:1:1: error: `)
      assert.include(stdout, "  1 | {\n    | ^\n  2 |   \"@context\":")
      assert.match(stub.seen[0]?.headers["user-agent"] ?? "", /^iiif-check\/\d/)
    }))

  it.live("connects to no address of this machine unless asked to", () =>
    Effect.gen(function*() {
      const stub = yield* serving(() => ({ status: 200, body: validText() }))
      const { port } = new URL(stub.url)
      const urls = ["127.0.0.1", "localhost", "2130706433", "[::1]"].map((host) => `http://${host}:${port}/a`)
      const { code, stdout } = yield* checkHere(["--json", ...urls])
      assert.strictEqual(code, 2)
      assert.deepStrictEqual(linesOf(stdout).map(({ problem }) => problem?.code), urls.map(() => "refused"))
      assert.deepStrictEqual(stub.seen, [])
    }))

  it.live("shows no user, password, query or fragment", () =>
    Effect.gen(function*() {
      const stub = yield* serving(({ url }) =>
        url.startsWith("/moved")
          ? { status: 302, headers: { location: "/there?key=tok3n#tok3n" } }
          : { status: 404, body: "tok3n" }
      )
      const [, host = ""] = stub.url.split("//")
      const urls = [
        `http://hunter2:hunter2@${host}/a?key=tok3n#tok3n`,
        `http://hunter2@${host}/moved?key=tok3n`,
        "ftp://hunter2:tok3n@example.org/?tok3n",
        "http://hunter2:tok3n@127.0.0.1:1/?tok3n"
      ]
      for (const args of [["--allow-private"], ["--allow-private", "--json"], []]) {
        const { code, stderr, stdout } = yield* checkHere([...args, ...urls])
        assert.strictEqual(code, 2)
        assert.notMatch(stdout + stderr, /hunter2|tok3n/)
        assert.include(stdout, `http://${host}/a?…`)
      }
    }))

  it.live("verifies certificates, and that they are for the name in the URL", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({})
      const { authority, ...own } = authorityFor(["localhost"])
      writeFileSync(join(cwd, "authority.pem"), authority)
      const stub = yield* stubServer(() => ({ status: 200, body: validText() }), own)
      const { port } = new URL(stub.url)
      const urls = [`https://localhost:${port}/`, `https://127.0.0.1:${port}/`]
      const env = { NODE_EXTRA_CA_CERTS: join(cwd, "authority.pem") }
      const { stdout } = yield* check(["--json", "--allow-private", ...urls], { env })
      assert.deepStrictEqual(linesOf(stdout).map(({ problem, status }) => problem?.code ?? status), [
        "valid",
        "unreachable"
      ])
      const unknown = yield* check(["--json", "--allow-private", `https://localhost:${port}/`])
      assert.strictEqual(linesOf(unknown.stdout)[0]?.problem?.code, "unreachable")
    }))

  it.live("explains a page in place of a document", () =>
    Effect.gen(function*() {
      const stub = yield* serving(() => ({
        status: 200,
        headers: { "content-type": "text/html" },
        body: "<!doctype html>\n<title>Log in</title>"
      }))
      const { code, stdout } = yield* checkHere(["--allow-private", stub.url])
      assert.strictEqual(code, 1)
      assert.include(stdout, "it is an HTML or XML page, not JSON")
    }))

  it.live("keeps to its limits, and goes on", () =>
    Effect.gen(function*() {
      const cwd = yield* folderOf({ "a.json": validText() })
      const hanging = yield* serving(() => "hang")
      const endless = yield* serving(() => "endless")
      const args = ["--json", "--allow-private", "--timeout", "0.5", "--max-size", "1"]
      const { code, stdout } = yield* checkHere([...args, hanging.url, endless.url, "a.json"], { cwd })
      assert.strictEqual(code, 2)
      const found = linesOf(stdout).map(({ problem, status }) => problem?.code ?? status)
      assert.strictEqual(found[0], "unreachable")
      assert.include(["too-large", "unreachable"], found[1])
      assert.strictEqual(found[2], "valid")
    }))

  it.live("ends with 130 at Ctrl-C", () =>
    Effect.gen(function*() {
      const stub = yield* serving(() => "hang")
      const { code, stderr, stdout } = yield* check(["--allow-private", stub.url], {
        during: (child) => Effect.andThen(stub.arrived, Effect.sync(() => child.kill("SIGINT")))
      })
      assert.strictEqual(code, 130)
      assert.strictEqual(stdout + stderr, "")
    }))
})
