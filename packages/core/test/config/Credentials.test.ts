import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@iiif-ingest/core/config/Credentials"
import { Cause, Duration, Effect, Exit, FileSystem, Layer, Redacted, Tracer } from "effect"
import { execFileSync } from "node:child_process"
import { verify } from "node:crypto"
import * as Fs from "node:fs"
import { inspect } from "node:util"
import { withVariables } from "../support/config.ts"
import { body, ec, encryptedPem, pem, pieces, rsa } from "../support/keys.ts"
import { capturing } from "../support/logs.ts"

const pair = rsa()
const pkcs1 = pem(pair.privateKey, "pkcs1")
const pkcs8 = pem(pair.privateKey, "pkcs8")
/** A key with a gap in its Base64. */
const damaged = `-----BEGIN PRIVATE KEY-----\n${body(pkcs8).slice(0, 300)}${
  body(pkcs8).slice(360)
}\n-----END PRIVATE KEY-----`
const base64 = (text: string) => Buffer.from(text).toString("base64")

const load = (text: string, options: Partial<Credentials.Options> = {}) =>
  Credentials.make({
    issuer: "atissuer",
    kid: "atissuerdefault",
    key: Credentials.keyText(Redacted.make(text)),
    ...options
  })
    .pipe(Effect.provide(NodeFileSystem.layer))

const refusal = (text: string, options?: Partial<Credentials.Options>) =>
  Effect.map(Effect.flip(load(text, options)), ({ reason }) => reason)

/** Signs with the key and verifies the signature with the public key, so the key is the right one. */
const signs = (key: CryptoKey) =>
  Effect.promise(async () => {
    const data = new TextEncoder().encode("signed")
    const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, data)
    return verify("sha256", data, pair.publicKey, new Uint8Array(signature))
  })

const assertNoLeak = (text: string, shown: string) => {
  for (const piece of pieces(text)) assert.isFalse(shown.includes(piece), "a part of the key is shown")
}

describe("a private key", () => {
  const forms: ReadonlyArray<readonly [form: string, text: string]> = [
    ["PKCS#1", pkcs1],
    ["PKCS#8", pkcs8],
    ["PKCS#1 with escaped line breaks", pkcs1.replaceAll("\n", "\\n")],
    ["PKCS#8 with escaped line breaks", pkcs8.replaceAll("\n", "\\n")],
    ["PKCS#8 with escaped CRLF", pkcs8.replaceAll("\n", "\\r\\n")],
    ["PKCS#1 with CRLF", pkcs1.replaceAll("\n", "\r\n")],
    ["PKCS#8 with CRLF", pkcs8.replaceAll("\n", "\r\n")],
    ["PKCS#1 on one line", pkcs1.replaceAll("\n", " ")],
    ["PKCS#8 on one line", pkcs8.replaceAll("\n", " ")],
    ["PKCS#8 with no line breaks", pkcs8.replaceAll("\n", "")],
    ["Base64 of PKCS#1", base64(pkcs1)],
    ["Base64 of PKCS#8", base64(pkcs8)],
    ["Base64 of PKCS#8 in lines", base64(pkcs8).replace(/.{76}/g, "$&\n")],
    ["PKCS#1 without BEGIN and END lines", body(pkcs1)],
    ["PKCS#8 without BEGIN and END lines", body(pkcs8)],
    ["PKCS#8 without BEGIN and END lines, wrapped", body(pkcs8).replace(/.{64}/g, "$&\n")],
    ["PKCS#8 in quotes and white space", `\n  "${pkcs8.trim()}"  \n`],
    ["PKCS#8 after its public key", `${pem(pair.publicKey, "spki")}${pkcs8}`]
  ]

  it.effect.each(forms)("is read from %s, and signs", ([, text]) =>
    Effect.gen(function*() {
      const { key } = yield* load(text)
      assert.isTrue(yield* signs(key))
      assert.deepStrictEqual([key.type, key.extractable, [...key.usages]], ["private", false, ["sign"]])
    }))

  it.effect("cannot be exported", () =>
    Effect.gen(function*() {
      const credentials = yield* load(pkcs8)
      for (const format of ["pkcs8", "jwk"] as const) {
        const exported = yield* Effect.exit(Effect.tryPromise(() => crypto.subtle.exportKey(format, credentials.key)))
        assert.isTrue(Exit.isFailure(exported))
      }
      const shown = inspect(credentials, { depth: 9, showHidden: true }) + JSON.stringify(credentials)
      assertNoLeak(pkcs8, shown)
      assertNoLeak(pkcs1, shown)
    }))

  const elliptic = ec().privateKey
  const certificateLike = pkcs8.replaceAll("PRIVATE KEY", "CERTIFICATE")
  const wrong: ReadonlyArray<readonly [kind: string, text: string, detail: RegExp]> = [
    ["an EC key (SEC1)", pem(elliptic, "sec1"), /elliptic/],
    ["an EC key (PKCS#8)", pem(elliptic, "pkcs8"), /elliptic/],
    ["an EC key (PKCS#8) without BEGIN and END lines", body(pem(elliptic, "pkcs8")), /elliptic/],
    ["an encrypted key (PKCS#8)", encryptedPem(pair.privateKey, "pkcs8"), /encrypted.*pass phrase/],
    ["an encrypted key (PKCS#1)", encryptedPem(pair.privateKey, "pkcs1"), /encrypted.*pass phrase/],
    ["a public key (SPKI)", pem(pair.publicKey, "spki"), /public key/],
    ["a public key (PKCS#1)", pem(pair.publicKey, "pkcs1"), /public key/],
    ["a certificate", certificateLike, /certificate/],
    ["an OpenSSH key", pkcs8.replaceAll("PRIVATE KEY", "OPENSSH PRIVATE KEY"), /OpenSSH.*convert/],
    ["something else in a PEM", pkcs8.replaceAll("PRIVATE KEY", "PKCS7"), /pkcs7/],
    ["an empty text", "", /empty/],
    ["white space", " \n ", /empty/],
    ["other text", "hello", /not a PEM/],
    ["Base64 of something else", base64("hello, this is no key"), /not a PEM/],
    ["a key that is cut off", pkcs8.slice(0, 900), /cut off/],
    ["a key with a gap", damaged, /damaged/],
    ["a key with characters that are not Base64", `${damaged.slice(0, 100)}!!!!${damaged.slice(104)}`, /damaged/],
    ["a short RSA key", pem(rsa(1024).privateKey, "pkcs8"), /1024 bits/],
    ["a short RSA key (PKCS#1)", pem(rsa(1024).privateKey, "pkcs1"), /1024 bits/]
  ]

  it.effect.each(wrong)("is not %s", ([, text, detail]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(load(text))
      assert(Exit.isFailure(exit))
      const error = yield* Effect.flip(load(text))
      assert(error.reason._tag === "KeyInvalid")
      assert.match(error.reason.detail, detail)
      const shown = [
        error.message,
        String(error.stack),
        JSON.stringify(error),
        inspect(error, { depth: 9, showHidden: true }),
        Cause.pretty(exit.cause)
      ].join("\n")
      assertNoLeak(text, shown)
    }))
})

describe("a key file", () => {
  const inFolder = <A, E, R>(use: (folder: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, R>) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      return yield* use(yield* fs.makeTempDirectoryScoped(), fs)
    }).pipe(Effect.provide(NodeFileSystem.layer))

  it.effect("is read, with a warning if others can read it", () =>
    inFolder((folder, fs) =>
      Effect.gen(function*() {
        const path = `${folder}/private.key`
        yield* fs.writeFileString(path, pkcs1)
        for (const [mode, warned] of [[0o600, 0], [0o400, 0], [0o644, 1], [0o640, 1]] as const) {
          yield* fs.chmod(path, mode)
          const [{ key }, lines] = yield* capturing(load("", { key: Credentials.keyFile(path) }))
          assert.isTrue(yield* signs(key))
          assert.lengthOf(lines.filter((line) => line.includes("can be read by others") && line.includes(path)), warned)
          assertNoLeak(pkcs1, lines.join("\n"))
        }
      })
    ))

  it.effect("that does not exist or is a directory is named in the error", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        for (
          const [path, detail] of [[`${folder}/no.key`, "there is no such file; check the path"], [
            folder,
            "it is a directory; specify a file"
          ]] as const
        ) {
          const reason = yield* refusal("", { key: Credentials.keyFile(path) })
          assert(reason._tag === "KeyUnreadable")
          assert.deepStrictEqual([reason.path, reason.detail], [path, detail])
        }
      })
    ))

  const read = (path: string) =>
    Effect.provide(Credentials.fromConfig, NodeFileSystem.layer).pipe(
      withVariables({ LTS_IIIF_ISSUER: "i", LTS_IIIF_KID: "k", LTS_IIIF_PRIVATE_KEY_PATH: path })
    )

  it.effect.each([pkcs8, pkcs1, pkcs8.replaceAll("\n", "\\n"), base64(pkcs8), body(pkcs8), body(pkcs1)])(
    "given as the key itself is rejected without showing the key (form %#)",
    (text) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(load("", { key: Credentials.keyFile(text) }))
        assertNoLeak(text, error.message + inspect(error, { depth: 9 }))
        const problems = yield* Effect.flip(read(text))
        assertNoLeak(text, problems.message + inspect(problems, { depth: 9 }))
        assert.deepStrictEqual(problems.problems.map((p) => p.setting), ["LTS_IIIF_PRIVATE_KEY_PATH"])
        assert.include(problems.message, "LTS_IIIF_PRIVATE_KEY_STRING")
      })
  )

  const lines = pkcs8.split("\n")
  it.effect.each([
    lines[5],
    lines.slice(5, 8).join("\n"),
    lines.slice(5, 8).join("\\n"),
    lines.slice(5, 8).join(""),
    lines[5]?.slice(0, 40)
  ])("given as a part of the key is not shown (form %#)", (part = "") =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(read(part))
      assert.deepStrictEqual(error.problems.map((p) => p.setting), ["LTS_IIIF_PRIVATE_KEY_PATH"])
      assert.include(error.message, `the private key at a path of ${part.length} characters cannot be read`)
      const shown = error.message + inspect(error, { depth: 9 }) + JSON.stringify(error)
      for (const [piece] of part.matchAll(/[^\\\n]{24}/g)) assert.notInclude(shown, piece)
    }))

  it.effect("is read from a long path of letters", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped({ prefix: "k".repeat(40) })
      const path = `${folder}/key`
      yield* fs.writeFileString(path, pkcs8, { mode: 0o600 })
      assert.isTrue(yield* signs((yield* load("", { key: Credentials.keyFile(path) })).key))
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))

  const notFiles: ReadonlyArray<readonly [what: string, make: (path: string) => void, detail: string]> = [
    ["a named pipe", (path) => void execFileSync("mkfifo", [path]), "it is a named pipe; specify a file"],
    ["a device", (path) => Fs.symlinkSync("/dev/zero", path), "it is a device; specify a file"],
    ["a folder", (path) => Fs.mkdirSync(path), "it is a directory; specify a file"],
    [
      "a disk image",
      (path) => {
        Fs.writeFileSync(path, "")
        Fs.truncateSync(path, 3 * 1024 ** 3)
      },
      "it has more than 1048576 bytes; check the path"
    ]
  ]

  // without the check the pipe and the device are read for ever
  it.effect.each(process.platform === "win32" ? [] : notFiles)(
    "is refused at once where %s is",
    ([, make, detail]) =>
      inFolder((folder) =>
        Effect.gen(function*() {
          make(`${folder}/key`)
          const { reason } = yield* Effect.flip(load("", { key: Credentials.keyFile(`${folder}/key`) }))
          assert.deepInclude(reason, { _tag: "KeyUnreadable", path: `${folder}/key`, detail })
        })
      )
  )

  it.effect.skipIf(process.platform === "win32")(
    "is refused at once where a pipe is in place of the issuer's JSON",
    () =>
      inFolder((folder, fs) =>
        Effect.gen(function*() {
          yield* prepared(fs, folder, ["atissuerdefault"])
          yield* fs.makeDirectory(`${folder}/auth/qa/issuers`)
          execFileSync("mkfifo", [`${folder}/auth/qa/issuers/atissuer.json`])
          const error = yield* Effect.flip(directory(folder))
          assert.match(error.message, /issuers\/atissuer\.json: it is a named pipe; specify a file/)
        })
      )
  )

  const layout = (folder: string, kid: string) => `${folder}/auth/qa/keys/atissuer/${kid}/private.key`

  const directory = (folder: string, options: { readonly kid?: string } = {}) =>
    Effect.provide(
      Effect.service(Credentials.Credentials),
      Credentials.layerDirectory({ root: `${folder}/auth`, environment: "qa", issuer: "atissuer", ...options })
    )

  const prepared = (fs: FileSystem.FileSystem, folder: string, kids: ReadonlyArray<string>, issuer?: string) =>
    Effect.gen(function*() {
      for (const kid of kids) {
        const path = layout(folder, kid)
        yield* fs.makeDirectory(path.slice(0, path.lastIndexOf("/")), { recursive: true })
        yield* fs.writeFileString(path, pkcs1, { mode: 0o600 })
      }
      if (issuer === undefined) return
      yield* fs.makeDirectory(`${folder}/auth/qa/issuers`, { recursive: true })
      yield* fs.writeFileString(`${folder}/auth/qa/issuers/atissuer.json`, issuer)
    })

  it.effect("is found in the directory layout of the Python client", () =>
    inFolder((folder, fs) =>
      Effect.gen(function*() {
        yield* prepared(fs, folder, ["atissuerdefault"])
        const { issuer, key, kid } = yield* directory(folder)
        assert.deepStrictEqual([issuer, kid], ["atissuer", "atissuerdefault"])
        assert.isTrue(yield* signs(key))
      })
    ))

  it.effect("is selected by the kid in the issuer's JSON if no kid is given", () =>
    inFolder((folder, fs) =>
      Effect.gen(function*() {
        yield* prepared(
          fs,
          folder,
          ["second", "third"],
          JSON.stringify({ issuer: "atissuer", kid: "second", more: [1] })
        )
        assert.strictEqual((yield* directory(folder)).kid, "second")
        assert.strictEqual((yield* directory(folder, { kid: "third" })).kid, "third")
      })
    ))

  it.effect.each(
    [
      [`{"issuer":"other"}`, /it is for issuer other, not atissuer/],
      [`{"kid":`, /not a JSON object/],
      [`["atissuer"]`, /not a JSON object/],
      [`{"kid":7}`, /not a JSON object/],
      [`{"kid":"../../../other"}`, /letters, digits/]
    ] as const
  )(
    "is not read if the issuer's JSON is %s",
    ([json, message]) =>
      inFolder((folder, fs) =>
        Effect.gen(function*() {
          yield* prepared(fs, folder, ["atissuerdefault"], json)
          assert.match((yield* Effect.flip(directory(folder))).message, message)
        })
      )
  )

  it.effect("is not shown if it is in the issuer's JSON instead of the issuer", () =>
    inFolder((folder, fs) =>
      Effect.gen(function*() {
        for (const issuer of [pkcs8, body(pkcs8), body(pkcs8).slice(0, 40)]) {
          yield* prepared(fs, folder, ["atissuerdefault"], JSON.stringify({ issuer }))
          const error = yield* Effect.flip(directory(folder))
          assert.include(error.message, `it is for issuer a value of ${issuer.length} characters, not atissuer`)
          assertNoLeak(issuer, error.message + inspect(error, { depth: 9 }) + JSON.stringify(error))
        }
      })
    ))

  it.effect("that is missing from the layout is named in the error", () =>
    inFolder((folder) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(directory(folder))
        assert.include(error.message, layout(folder, "atissuerdefault"))
      })
    ))
})

describe("options of credentials", () => {
  it.effect("have defaults: kid (with a warning), resource ingest, one hour", () =>
    Effect.gen(function*() {
      const key = Credentials.keyText(Redacted.make(pkcs8))
      const make = Credentials.make({ issuer: "atissuer", key }).pipe(Effect.provide(NodeFileSystem.layer))
      const [credentials, lines] = yield* capturing(make)
      assert.deepStrictEqual({ ...credentials, key: undefined, lifetime: Duration.toSeconds(credentials.lifetime) }, {
        issuer: "atissuer",
        kid: "atissuerdefault",
        resources: ["ingest"],
        lifetime: 3600,
        key: undefined
      })
      assert.lengthOf(lines.filter((line) => line.includes("atissuerdefault")), 1)
      const secret = "k".repeat(40)
      const [, linesWithSecret] = yield* capturing(
        Credentials.make({ issuer: secret, key }).pipe(Effect.provide(NodeFileSystem.layer))
      )
      assert.notInclude(linesWithSecret.join("\n"), secret)
      const [, linesWithKid] = yield* capturing(load(pkcs8))
      assert.deepStrictEqual(linesWithKid, [])
    }))

  it.effect.each(["0 seconds", "-1 second", "8 hours", "8 hours and more", "1 day", "Infinity"] as const)(
    "reject a lifetime of %s",
    (text) =>
      Effect.gen(function*() {
        const lifetime = text === "8 hours and more"
          ? Duration.millis(8 * 3600_000 + 1)
          : text === "-1 second"
          ? Duration.seconds(-1)
          : Duration.fromInputUnsafe(text)
        const reason = yield* refusal(pkcs8, { lifetime })
        assert(reason._tag === "OptionInvalid")
        assert.strictEqual(reason.option, "lifetime")
      })
  )

  it.effect.each(
    [
      ["issuer", 5],
      ["kid", null],
      ["lifetime", "forever"],
      ["lifetime", null],
      ["resources", "ingest"],
      ["key", pkcs8]
    ] as const
  )("reject %s of another type, which code without types can give", ([option, value]) =>
    Effect.gen(function*() {
      const reason = yield* refusal(pkcs8, { [option]: value } as object)
      assert(reason._tag === "OptionInvalid")
      assert.strictEqual(reason.option, option)
      assertNoLeak(pkcs8, reason.message)
    }))

  it.effect("accept a lifetime of just under 8 hours", () =>
    Effect.gen(function*() {
      const { lifetime } = yield* load(pkcs8, { lifetime: Duration.millis(8 * 3600_000 - 1000) })
      assert.strictEqual(Duration.toSeconds(lifetime), 8 * 3600 - 1)
    }))

  it.effect.each(["", "a b", "é", "a/b", "a\n"])("reject issuer and kid %j", (name) =>
    Effect.gen(function*() {
      for (const option of ["issuer", "kid"] as const) {
        const reason = yield* refusal(pkcs8, { [option]: name })
        assert(reason._tag === "OptionInvalid")
        assert.strictEqual(reason.option, option)
      }
    }))
})

describe("Credentials.layerConfig", () => {
  const read = Effect.service(Credentials.Credentials).pipe(
    Effect.provide(Layer.provide(Credentials.layerConfig, NodeFileSystem.layer))
  )
  const problemsOf = (env: Readonly<Record<string, string>>) =>
    Effect.map(Effect.flip(read).pipe(withVariables(env)), ({ problems }) => problems.map((p) => p.setting).sort())

  const complete = { LTS_IIIF_ISSUER: "atissuer", LTS_IIIF_KID: "atkid", LTS_IIIF_PRIVATE_KEY_STRING: pkcs8 }
  const keyVariables = "LTS_IIIF_PRIVATE_KEY_PATH or LTS_IIIF_PRIVATE_KEY_STRING"

  it.effect("reads the Python client's four variables", () =>
    Effect.gen(function*() {
      const { issuer, key, kid } = yield* read.pipe(withVariables(complete))
      assert.deepStrictEqual([issuer, kid], ["atissuer", "atkid"])
      assert.isTrue(yield* signs(key))
    }))

  it.effect("prefers the string to the path, with a warning", () =>
    Effect.gen(function*() {
      const [, lines] = yield* capturing(read).pipe(
        withVariables({ ...complete, LTS_IIIF_PRIVATE_KEY_PATH: "/no/such" })
      )
      assert.lengthOf(lines.filter((line) => line.includes("using the string")), 1)
    }))

  it.effect.each(["", " "])("reports every variable that is %j as missing at once", (blank) =>
    Effect.gen(function*() {
      const env = {
        LTS_IIIF_ISSUER: blank,
        LTS_IIIF_KID: blank,
        LTS_IIIF_PRIVATE_KEY_PATH: blank,
        LTS_IIIF_PRIVATE_KEY_STRING: blank
      }
      assert.deepStrictEqual(yield* problemsOf(env), ["LTS_IIIF_ISSUER", keyVariables].sort())
      assert.deepStrictEqual(yield* problemsOf({}), ["LTS_IIIF_ISSUER", keyVariables].sort())
    }))

  it.effect("reports an invalid issuer, kid and key at once", () =>
    Effect.gen(function*() {
      const wrong = { LTS_IIIF_ISSUER: "a b", LTS_IIIF_KID: "c d", LTS_IIIF_PRIVATE_KEY_STRING: "no key" }
      assert.deepStrictEqual(yield* problemsOf(wrong), Object.keys(wrong).sort())
      assert.deepStrictEqual(
        yield* problemsOf({ LTS_IIIF_KID: "c d", LTS_IIIF_PRIVATE_KEY_PATH: "/no/such/key" }),
        ["LTS_IIIF_ISSUER", "LTS_IIIF_KID", "LTS_IIIF_PRIVATE_KEY_PATH"]
      )
    }))

  it.effect("shows no part of a key in errors, logs or spans", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const [error, lines] = yield* capturing(Effect.flip(read).pipe(Effect.withSpan("read"))).pipe(
        Effect.withTracer(tracer),
        withVariables({ ...complete, LTS_IIIF_PRIVATE_KEY_STRING: damaged })
      )
      assert.isNotEmpty(spans)
      assertNoLeak(damaged, inspect([error, error.message, spans, lines], { depth: 9, showHidden: true }))
    }))
})
