import { assert, describe, it } from "@effect/vitest"
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import { Effect, Option, Redacted, Result } from "effect"
import { inspect } from "node:util"
import { withVariables } from "../support/config.ts"

const read = (env: Record<string, string>) => ProxySettings.fromConfig.pipe(withVariables(env))

const proxyHost = (settings: ProxySettings.ProxySettings, url: string) =>
  ProxySettings.proxyFor(settings, new URL(url))?.url.host

describe("ProxySettings", () => {
  it.effect("reads one variable per scheme: lower case takes precedence, empty is not set", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* read({}), ProxySettings.none)
      assert.deepStrictEqual(yield* read({ HTTPS_PROXY: "", https_proxy: " ", NO_PROXY: "" }), ProxySettings.none)
      const both = yield* read({ http_proxy: "plain:1", HTTPS_PROXY: "http://upper:2", https_proxy: "http://lower:3/" })
      assert.strictEqual(proxyHost(both, "http://a.example"), "plain:1")
      assert.strictEqual(proxyHost(both, "https://a.example"), "lower:3")
      const one = yield* read({ HTTPS_PROXY: "https://proxy.example" })
      assert.strictEqual(proxyHost(one, "https://a.example"), "proxy.example")
      assert.isUndefined(proxyHost(one, "http://a.example"))
    }))

  it.effect("removes user and password from the address and redacts them", () =>
    Effect.gen(function*() {
      const settings = yield* read({ HTTPS_PROXY: "http://reader:p%40ss%C3%A9@proxy.example:3128" })
      const authorization = settings.https?.authorization
      assert(authorization !== undefined)
      const expected = Buffer.from("reader:p@ssé").toString("base64")
      assert.strictEqual(Redacted.value(authorization), `Basic ${expected}`)
      assert.strictEqual(settings.https?.url.href, "http://proxy.example:3128/")
      const shown = inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings)
      assert.notInclude(shown, expected)
      assert.notInclude(shown, "p%40ss")
    }))

  it.effect.each(["http://", "socks5://u:hidden@h:1", "http://u:hidden%@h", "http://u:hidden@h:99999", "ftp://hidden"])(
    "%s is rejected by variable name, without showing the address",
    (value) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(read({ HTTP_PROXY: value, HTTPS_PROXY: value }))
        assert.deepStrictEqual(error.problems.map(({ setting }) => setting), ["HTTP_PROXY", "HTTPS_PROXY"])
        assert.notInclude(error.message, "hidden")
      })
  )

  it.effect("names a rejected proxy as it was given: by option or by the variable that was read", () =>
    Effect.gen(function*() {
      const wrong = "socks://proxy.example"
      const settings = (options: ProxySettings.Options, env: Record<string, string>) =>
        ProxySettings.resolve(options).pipe(
          withVariables(env),
          Effect.flip,
          Effect.map(({ problems }) => problems.map(({ setting }) => setting))
        )
      const https = Redacted.make(wrong)
      assert.deepStrictEqual(yield* settings({ https }, { HTTPS_PROXY: wrong, HTTP_PROXY: wrong }), [
        "HTTP_PROXY",
        "https"
      ])
      assert.deepStrictEqual(yield* settings({}, { https_proxy: wrong, HTTPS_PROXY: "http://proxy.example" }), [
        "https_proxy"
      ])
      assert.deepStrictEqual(
        Result.getFailure(ProxySettings.make({ https })).pipe(Option.map(({ problems }) => problems[0]?.setting)),
        Option.some("https")
      )
    }))

  const table: ReadonlyArray<readonly [noProxy: string, url: string, isProxied: boolean]> = [
    ["", "https://mps.lib.harvard.edu/", true],
    ["harvard.edu", "https://mps.lib.harvard.edu/", false],
    [".harvard.edu", "https://mps.lib.harvard.edu/", false],
    ["*.harvard.edu", "https://mps.lib.harvard.edu/", false],
    ["Harvard.EDU", "https://mps.lib.harvard.edu/", false],
    ["mps.lib.harvard.edu", "https://mps.lib.harvard.edu/", false],
    ["vard.edu", "https://mps.lib.harvard.edu/", true],
    ["lib.harvard.edu", "https://harvard.edu/", true],
    ["a.example harvard.edu", "https://mps.lib.harvard.edu/", false],
    ["a.example,  harvard.edu,", "https://mps.lib.harvard.edu/", false],
    ["*", "https://mps.lib.harvard.edu/", false],
    ["harvard.edu:443", "https://mps.lib.harvard.edu/", false],
    ["harvard.edu:80", "https://mps.lib.harvard.edu/", true],
    ["harvard.edu:8443", "https://mps.lib.harvard.edu:8443/", false],
    ["*:443", "https://mps.lib.harvard.edu/", false],
    ["10.1.2.3", "https://10.1.2.3/", false],
    ["[fd00::1]", "https://[fd00::1]/", false],
    ["fd00::1", "https://[fd00::1]/", false],
    ["[fd00::1]:443", "https://[fd00::1]/", false],
    ["", "https://localhost/", false],
    ["", "https://127.0.0.2:8443/", false],
    ["", "https://[::1]/", false],
    ["", "https://proxy.example:3128/", false]
  ]

  it.each(table)("NO_PROXY=%s %s: %s", (noProxy, url, isProxied) => {
    const https = Redacted.make("http://proxy.example:3128")
    const settings = Result.getOrThrow(ProxySettings.make({ https, noProxy }))
    assert.strictEqual(proxyHost(settings, url) !== undefined, isProxied)
  })
})
