/** Checks the bytes of a document. */
import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { type Checked, checked, type Finding, type Located, notJson, Problem } from "./checked.ts"
import { linesOf } from "./json/lines.ts"
import { findPaths } from "./json/places.ts"
import { scan, type Span } from "./json/scan.ts"
import { decodeUtf8 } from "./read/utf8.ts"

/** A document with a single finding, at a place in its text. */
const broken = (name: string, text: string, finding: Finding, at: number): Checked => {
  const line = linesOf(text, [at]).get(at)
  return checked(name, text, [{ finding, place: line && { span: { start: at, end: at + 1 }, line } }])
}

const saveAsUtf8 = { expected: "UTF-8 text", remedy: "save the document as UTF-8" }

const giveJson = { remedy: "give the JSON document itself, not a page about it" }

/** What keeps a text from being JSON. `error` is that of the parser, which is stricter than anything here. */
const notJsonText = (name: string, text: string, error: unknown): Checked => {
  const start = text.length - text.trimStart().length
  if (start === text.length) return broken(name, "", notJson("the document is empty"), 0)
  if (text[start] === "<") return broken(name, text, notJson("it is an HTML or XML page, not JSON", giveJson), start)
  const fault = scan(text, { below: new Map() })
  const remedy = { remedy: "correct the JSON here" }
  return fault === undefined
    ? broken(name, "", notJson(`it cannot be parsed: ${error instanceof Error ? error.name : "unknown"}`), 0)
    : broken(name, text, notJson(fault.problem, remedy), fault.at)
}

/** The error of the parser. */
class NotParsed extends Data.TaggedError("NotParsed")<{ readonly cause: unknown }> {}

const locate = (text: string, findings: ReadonlyArray<Finding>): ReadonlyArray<Located> => {
  if (findings.length === 0) return []
  const spans: ReadonlyArray<Span | undefined> = findPaths(text, findings.map(({ path }) => path))
    .map((found) => found?.span)
  const lines = linesOf(text, spans.flatMap((span) => span === undefined ? [] : [span.start]))
  return findings.map((finding, index) => {
    const span = spans[index]
    const line = span && lines.get(span.start)
    return { finding, place: span && line && { span, line } }
  })
}

const parse = (text: string): Effect.Effect<unknown, NotParsed> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: (cause) => new NotParsed({ cause }) })

/** From this length on, each step of a check takes so long that somebody might wait for it. */
const long = 256 * 1024

/** A step of the check of a text. Before those of a long one others have their turn, so that Ctrl-C is heard. */
const stepOn = (text: string) => <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  text.length < long ? effect : Effect.andThen(Effect.yieldNow, effect)

const checkText = (name: string, text: string): Effect.Effect<Checked> => {
  const step = stepOn(text)
  return step(parse(text)).pipe(
    Effect.flatMap((value) => step(Manifest.checkEffect(value))),
    Effect.flatMap((findings) => step(Effect.sync(() => checked(name, text, locate(text, findings))))),
    Effect.catch(({ cause }) => step(Effect.sync(() => notJsonText(name, text, cause))))
  )
}

const failed = (defect: unknown): Problem => {
  const what = defect instanceof Error ? `${defect.name}: ${defect.message}` : String(defect)
  return new Problem({ code: "failed", detail: `the check itself failed, which is a mistake in it: ${what}` })
}

/** Checks a document. A mistake in a check is a problem of that document alone. */
export const check = (name: string, bytes: Uint8Array): Effect.Effect<Checked, Problem> =>
  Effect.suspend(() => {
    const decoded = decodeUtf8(bytes)
    return decoded._tag === "Text"
      ? checkText(name, decoded.text)
      : Effect.succeed(broken(name, decoded.text, notJson(decoded.problem, saveAsUtf8), decoded.at))
  }).pipe(Effect.catchDefect((defect) => Effect.fail(failed(defect))))
