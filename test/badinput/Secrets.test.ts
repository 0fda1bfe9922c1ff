/** The leak detection that all tests in this folder run under: a clean run passes, and every kind of leak is found. */
import { assert, layer } from "@effect/vitest"
import { IngestReport, TokenSigner } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Data, Effect, Exit, Redacted } from "effect"
import * as Fs from "node:fs"
import { fresh, onServices, reportOf, run } from "./support/runs.ts"

class Leaky extends Data.TaggedError("Leaky")<{ readonly text: string }> {
  override readonly message = "it says nothing"
}

const hiddenIn = (text: string): Leaky => {
  const leaky = new Leaky({ text: "nothing" })
  Object.defineProperty(leaky, "request", { value: { headers: new Map([["authorization", text]]) }, enumerable: false })
  return leaky
}

/** Ways for a string to leak. */
const leaks: Readonly<Record<string, (text: string) => Effect.Effect<unknown, unknown>>> = {
  "a log": (text) => Effect.logTrace(`a ${text}`),
  "a part of a log": (text) => Effect.logDebug("a request", { headers: { authorization: text } }),
  "a log annotation": (text) => Effect.log("one").pipe(Effect.annotateLogs({ text })),
  "a log's span": (text) => Effect.log("one").pipe(Effect.withLogSpan(text)),
  "a span's attribute": (text) => Effect.void.pipe(Effect.withSpan("a", { attributes: { text } })),
  "a span's name": (text) => Effect.void.pipe(Effect.withSpan(text)),
  "a span's event": (text) =>
    Effect.flatMap(Effect.currentSpan, (span) => Effect.sync(() => span.event("an event", 0n, { text }))),
  "an error": (text) => Effect.fail(new Leaky({ text })),
  "an error's hidden property": (text) => Effect.fail(hiddenIn(text)),
  "an error caught in a span": (text) => Effect.ignore(Effect.withSpan(Effect.fail(new Leaky({ text })), "a")),
  "a defect": (text) => Effect.die(new Error("one", { cause: new Error(text) })),
  "a result": (text) => Effect.succeed({ report: [text] })
}

layer(Sandbox.Sandbox.layer(), { excludeTestServices: true })("secrets", (it) => {
  it.effect("none is found in a complete run", () =>
    Effect.gen(function*() {
      yield* fresh()
      const { events, exit, logs } = yield* run()
      assert.isTrue(IngestReport.isComplete(reportOf(exit)))
      assert.isAbove(logs.length, 5)
      assert.isAbove(events.length, 10)
    }))

  it.effect.each(Object.entries(leaks))("one in %s is found", ([, leak]) =>
    Effect.gen(function*() {
      const sandbox = yield* fresh()
      const line = Fs.readFileSync(sandbox.privateKeyPath, "utf8").split("\n")[9] ?? ""
      assert.isAbove(line.length, 60)
      const texts = [line, Redacted.value(sandbox.s3.secretAccessKey), `Bearer eyJ${"x".repeat(80)}`]
      for (const text of texts) {
        const exit = yield* Effect.exit(onServices(leak(text)))
        assert.isTrue(Exit.hasDies(exit), text)
      }
    }))

  it.effect("a part of an issued token is found", () =>
    Effect.gen(function*() {
      yield* fresh()
      const leak = Effect.gen(function*() {
        const { token } = yield* TokenSigner.TokenSigner
        yield* Effect.log(Redacted.value(yield* token).split(".")[2])
      })
      assert.isTrue(Exit.hasDies(yield* Effect.exit(onServices(leak))))
    }))
})
