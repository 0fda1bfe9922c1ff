/**
 * Runs a program with everything recorded that anybody could come to read of it, and holds that against the secrets it
 * works with: the private key, whatever looks like a token and the tokens it was handed, the keys for S3.
 */
import { assert } from "@effect/vitest"
import { Progress } from "@iiif-ingest/core"
import { Sandbox } from "@iiif-ingest/sandbox"
import { Cause, Context, Effect, Exit, Layer, Logger, Redacted, References, Tracer } from "effect"
import { HttpClient } from "effect/http"
import * as Fs from "node:fs"
import { inspect } from "node:util"

/**
 * What is between the armour of a PEM, in pieces that must turn up nowhere: quarters of its lines, but for the beginning,
 * which is the same in all keys of a kind.
 */
export const piecesOf = (pem: string): ReadonlyArray<string> => {
  const body = pem.replace(/-----[^-]+-----|^[\w-]+:.*$/gm, "").replace(/\s+/g, "")
  return [...body.matchAll(/.{16}/g)].map(([piece]) => piece).slice(4)
}

/** Where the layers of a run say which tokens they handed out. */
export const Handed = Context.Reference<(token: string) => void>("test/badinput/Handed", {
  defaultValue: () => () => {}
})

/** Everything that can be reached from a value, getters and symbols included, as text. */
export const everything = (root: unknown): string => {
  const seen = new Set<unknown>()
  const words: Array<string> = []
  const visit = (value: unknown): void => {
    if (typeof value === "string") return void words.push(value)
    if (typeof value !== "object" || value === null || seen.has(value)) return
    seen.add(value)
    if (value instanceof Map || value instanceof Set) { for (const one of value) visit(one) }
    if (ArrayBuffer.isView(value)) return
    for (const key of Reflect.ownKeys(value)) visit(Reflect.get(value, key))
    if (value instanceof Error) words.push(value.message, value.stack ?? "")
  }
  visit(root)
  return words.join("\n")
}

/** The bytes of a picture take long to print, and are none of what is looked for. */
const withoutBytes = (_key: string, value: unknown): unknown => ArrayBuffer.isView(value) ? "bytes" : value

/** A value in every form in which it may be printed; the last but one is how Node prints what nobody caught. */
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

/** What exporters take from a span. What a success is, is the caller's value: no exporter sees it. */
const printedSpan = ({ attributes, events, links, name, status }: Tracer.NativeSpan): ReadonlyArray<string> => [
  name,
  everything([[...attributes], events, links]),
  inspect([[...attributes], events], { depth: Infinity }),
  ...(status._tag === "Ended" && Exit.isFailure(status.exit) ? printedCause(status.exit.cause) : [])
]

export interface Watched<A, E> {
  readonly exit: Exit.Exit<A, E>
  /** What was logged, one text per message. */
  readonly logs: ReadonlyArray<string>
  readonly events: ReadonlyArray<Progress.Event>
}

const secretsOf = Effect.map(Sandbox.Sandbox, (sandbox) => [
  ...piecesOf(Fs.readFileSync(sandbox.privateKeyPath, "utf8")),
  Redacted.value(sandbox.s3.secretAccessKey)
])

/** Fails where a text holds one of the secrets, or anything that looks like a token. */
export const assertHoldsNone = (text: string, secrets: Iterable<string>): void => {
  for (const secret of secrets) {
    if (text.includes(secret)) assert.fail(`a secret is in what was recorded: ${around(text, text.indexOf(secret))}`)
  }
  const token = /eyJ[\w-]{10,}/.exec(text)
  if (token !== null) assert.fail(`a token is in what was recorded: ${around(text, token.index)}`)
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 120), at + 40)

/**
 * Runs an effect with every log, span and progress event recorded, and fails where any of that, or how the effect ended,
 * holds a secret of the sandbox in the context, a token that was handed out, or one of `secrets`, which may be added to
 * while it runs.
 */
export const watched = <A, E, R>(effect: Effect.Effect<A, E, R>, secrets: ReadonlyArray<string> = []) =>
  Effect.gen(function*() {
    const hidden = new Set(yield* secretsOf)
    const recorded: Array<string> = []
    const logs: Array<string> = []
    const events: Array<Progress.Event> = []
    const spans: Array<Tracer.NativeSpan> = []
    const tell = yield* Progress.current
    const plain = Logger.make(({ cause, message }) => {
      logs.push(Array.isArray(message) ? message.map(String).join(" ") : String(message))
      recorded.push(everything(message), ...printed(message), ...printedCause(cause))
    })
    const keep = (text: string) => void recorded.push(text)
    const loggers = [plain, Logger.map(Logger.formatLogFmt, keep), Logger.map(Logger.formatJson, keep)]
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
        Progress.layer((event) => Effect.andThen(Effect.sync(() => void events.push(event)), tell(event)))
      ),
      Effect.provideService(Handed, (token) => {
        for (const part of [token, ...token.split(".")]) hidden.add(part)
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
    assertHoldsNone(text, [...hidden, ...secrets])
    const watched: Watched<A, E> = { exit, logs, events }
    return watched
  })
