/**
 * Runs a program, records everything that anyone could read of it, and checks the record for the secrets it works with:
 * the private key, the tokens it was issued and whatever looks like one, and the S3 keys.
 */
import { assert } from "@effect/vitest"
import { Progress } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Cause, Context, Effect, Exit, Layer, Logger, Redacted, References, Tracer } from "effect"
import { HttpClient } from "effect/http"
import * as Fs from "node:fs"
import { inspect } from "node:util"

/**
 * The body of a PEM in pieces that must not appear anywhere: quarters of its lines, except the first ones, which are
 * the same in all keys of a kind.
 */
export const piecesOf = (pem: string): ReadonlyArray<string> => {
  const body = pem.replace(/-----[^-]+-----|^[\w-]+:.*$/gm, "").replace(/\s+/g, "")
  return [...body.matchAll(/.{16}/g)].map(([piece]) => piece).slice(4)
}

/** Called by a run's layers with each token that they issue. */
export const Handed = Context.Reference<(token: string) => void>("test/badinput/Handed", {
  defaultValue: () => () => {}
})

/** Everything that can be reached from a value, getters and symbols included, as text. */
export const everything = (root: unknown): string => {
  const seen = new Set<unknown>()
  const texts: Array<string> = []
  const visit = (value: unknown): void => {
    if (typeof value === "string") return void texts.push(value)
    if (typeof value !== "object" || value === null || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set) { for (const one of value) visit(one) }
    if (ArrayBuffer.isView(value)) return
    for (const key of Reflect.ownKeys(value)) visit(Reflect.get(value, key))
    if (value instanceof Error) texts.push(value.message, value.stack ?? "")
  }
  visit(root)
  return texts.join("\n")
}

/** Leaves out the bytes of pictures, which take long to print and hold no secret. */
const withoutBytes = (_key: string, value: unknown): unknown => ArrayBuffer.isView(value) ? "bytes" : value

/** A value in every form in which it may be printed. */
const printed = (value: unknown): ReadonlyArray<string> => [
  String(value),
  inspect(value, { depth: Infinity, showHidden: true }),
  inspect(value, { depth: Infinity, customInspect: false, getters: true }),
  JSON.stringify(value, withoutBytes) ?? ""
]

const printedCause = (cause: Cause.Cause<unknown>): ReadonlyArray<string> => [
  Cause.pretty(cause),
  everything(cause.reasons),
  ...cause.reasons.flatMap((reason) => {
    if (Cause.isFailReason(reason)) return printed(reason.error)
    return Cause.isDieReason(reason) ? printed(reason.defect) : []
  })
]

/** What exporters read from a span. They do not see the value of a success. */
const printedSpan = ({ attributes, events, links, name, status }: Tracer.NativeSpan): ReadonlyArray<string> => [
  name,
  everything([[...attributes], events, links]),
  inspect([[...attributes], events], { depth: Infinity }),
  ...(status._tag === "Ended" && Exit.isFailure(status.exit) ? printedCause(status.exit.cause) : [])
]

export interface Watched<A, E> {
  readonly exit: Exit.Exit<A, E>
  /** The log, one string per message. */
  readonly logs: ReadonlyArray<string>
  readonly events: ReadonlyArray<Progress.Event>
}

const secretsOf = Effect.map(Sandbox.Sandbox, (sandbox) => [
  ...piecesOf(Fs.readFileSync(sandbox.privateKeyPath, "utf8")),
  Redacted.value(sandbox.s3.secretAccessKey)
])

/** Fails if a text contains one of the secrets, or anything that looks like a token. */
export const assertHoldsNone = (text: string, secrets: Iterable<string>): void => {
  for (const secret of secrets) {
    if (text.includes(secret)) assert.fail(`the record contains a secret: ${around(text, text.indexOf(secret))}`)
  }
  const token = /eyJ[\w-]{10,}/.exec(text)
  if (token !== null) assert.fail(`the record contains a token: ${around(text, token.index)}`)
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 120), at + 40)

/**
 * Runs an effect and records every log, span and progress event. Fails if any of these, or the effect's exit, contains
 * a secret of the sandbox in the context, a token that was issued, or one of `secrets`, to which the effect may add.
 */
export const watched = <A, E, R>(effect: Effect.Effect<A, E, R>, secrets: ReadonlyArray<string> = []) =>
  Effect.gen(function*() {
    const known = new Set(yield* secretsOf)
    const recorded: Array<string> = []
    const logs: Array<string> = []
    const events: Array<Progress.Event> = []
    const spans: Array<Tracer.NativeSpan> = []
    const progress = yield* Progress.current
    const plain = Logger.make(({ cause, message }) => {
      logs.push(Array.isArray(message) ? message.map(String).join(" ") : String(message))
      recorded.push(everything(message), ...printed(message), ...printedCause(cause))
    })
    const record = (text: string) => void recorded.push(text)
    const loggers = [plain, Logger.map(Logger.formatLogFmt, record), Logger.map(Logger.formatJson, record)]
    const tracer = Tracer.make({
      span: (start) => {
        const span = new Tracer.NativeSpan(start)
        spans.push(span)
        return span
      }
    })
    const exit = yield* effect.pipe(
      Effect.tapCause((cause) => Effect.logError("it failed", cause)),
      Effect.withSpan("run"),
      Effect.provide(
        Progress.layer((event) => Effect.andThen(Effect.sync(() => void events.push(event)), progress(event)))
      ),
      Effect.provideService(Handed, (token) => {
        for (const part of [token, ...token.split(".")]) known.add(part)
      }),
      Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provide(Layer.fresh(Logger.layer(loggers))),
      Effect.withTracer(tracer),
      Effect.exit
    )
    assert.isAbove(spans.length, 0)
    const ending = Exit.isFailure(exit) ? printedCause(exit.cause) : [...printed(exit.value), everything(exit.value)]
    const text = [...recorded, ...printed(events), ...ending, ...spans.flatMap(printedSpan)].join("\n")
    assertHoldsNone(text, [...known, ...secrets])
    const watched: Watched<A, E> = { exit, logs, events }
    return watched
  })
