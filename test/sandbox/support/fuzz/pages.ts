/** Requests for manifests, pages and the control API. */
import type { Random } from "../../../../packages/iiif/test/support/random.ts"
import { keys } from "../hostileKeys.ts"
import { type Generator, oddNumbers, oddTexts, scratch, write } from "./types.ts"

const accepts = [
  "*/*",
  "",
  "application/ld+json;profile=\"http://iiif.io/api/presentation/2/context.json\"",
  "application/ld+json;profile=\"http://iiif.io/api/presentation/3/context.json\";q=0",
  ",,;q=9"
]

const sample = (random: Random): string => encodeURIComponent(random.pick([...oddTexts, ...keys]))

const manifestPaths: ReadonlyArray<(random: Random, port: number) => string> = [
  () => "/URN-3:SANDBOX:FUZZBOOK:MANIFEST:3",
  () => "/urn-3:sandbox:fuzzbook:manifest",
  () => "/iiif/3/URN-3:SANDBOX:FUZZBOOK",
  () => "/iiif/2/URN-3:SANDBOX:FUZZBOOK?hosts=sandbox",
  (random) => `/URN-3:SANDBOX:FUZZBOOK:VIEW?n=${random.pick(oddNumbers)}`,
  (random) => `/URN-3:${sample(random)}:${sample(random)}`,
  (random) => `/iiif/${sample(random)}/${sample(random)}`,
  (random, port) =>
    `/api/${random.pick(["mps", "nrs", "manifest", "legacy", "x"])}?urn=${
      random.pick(["URN-3:SANDBOX:FUZZBOOK", sample(random)])
    }&manifestId=${
      random.pick([encodeURIComponent(`http://127.0.0.1:${port}/iiif/3/URN-3:SANDBOX:FUZZBOOK`), sample(random)])
    }&height=${random.pick(oddNumbers)}&width=${random.pick(oddNumbers)}&prod=${sample(random)}`
]

const pagePaths: ReadonlyArray<(random: Random) => string> = [
  () => "/",
  () => "/view/URN-3:SANDBOX:FUZZBOOK",
  () => "/view/URN-3:SANDBOX:FUZZBOOK/contents",
  () => "/view/SANDBOX:hostile",
  () => "/view/SANDBOX:hostile/contents",
  (random) => `/view/${sample(random)}/${random.pick(["", "contents", "x"])}`,
  (random) => `/viewer/?manifestId=${sample(random)}&n=${random.pick(oddNumbers)}`,
  (random) => `/_sandbox/requests/${random.pick([...oddNumbers, "1", "100"])}`,
  (random) => `/_sandbox/jobs/${sample(random)}`,
  (random) => `/_sandbox/static/${sample(random)}`,
  (random) => `/_sandbox/${sample(random)}/${sample(random)}`,
  () => "/favicon.ico"
]

const tidy = (path: string) => path.replaceAll(/[^\x21-\x7e]/g, "x")

const read = (kind: string, path: (random: Random, port: number) => string): Generator => (random, target) => {
  const made = path(random, target.port)
  return write(target, {
    kind,
    method: random.is(0.9) ? "GET" : random.pick(["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "FROB"]),
    path: tidy(random.is(0.3) ? `/${scratch(random, made.slice(1))}` : made),
    headers: random.is(0.5) ? { accept: random.pick(accepts) } : {}
  })
}

export const presentation: Generator = (random, target) =>
  read("presentation", random.pick(manifestPaths))(random, target)

const events: Generator = (_, target) =>
  write(target, { kind: "page", method: "GET", path: "/_sandbox/events", then: "leave" })

export const page: Generator = (random, target) =>
  random.is(0.02) ? events(random, target) : read("page", random.pick(pagePaths))(random, target)

/** Rules that are refused, or that match nothing. */
const rules = [
  "[]",
  "[{\"match\":{\"op\":\"Nothing\"},\"effect\":{\"type\":\"throttle\"}}]",
  "[{\"match\":{},\"effect\":{\"type\":\"frob\"}}]",
  "[{\"match\":{\"path\":\"[\"}}]",
  "{}",
  "[",
  "",
  "null",
  `[${"[".repeat(5000)}`,
  `"${"x".repeat(5000)}"`,
  "[{\"match\":{\"op\":\"Nothing\",\"path\":\"*****************************a\"},\"times\":-1,\"effect\":{\"type\":\"reset\"}}]",
  "[{\"match\":{\"op\":\"Nothing\"},\"probability\":2,\"effect\":{\"type\":\"status\",\"status\":99}}]"
]

/** What changes or removes everything is asked for without its token. */
const guarded = ["reset", "seed", "snapshots/x", "clock", "clock/advance", "logs", "requests", "connection", "x"]

export const control: Generator = (random, target) => {
  const isOpen = random.is(0.6)
  const name = isOpen ? random.pick(["faults", "health", "faults/x", "health/x"]) : random.pick(guarded)
  const authorization = isOpen && random.is(0.8)
    ? `Bearer ${target.controlToken}`
    : random.pick(["", "Bearer x", `Basic ${target.controlToken}`, `Bearer ${target.controlToken}x`])
  const method = random.pick(["GET", "PUT", "DELETE", "POST", "HEAD", "PATCH"])
  return write(target, {
    kind: "control",
    method,
    path: `/_sandbox/${name}`,
    headers: {
      ...(authorization === "" ? {} : { authorization }),
      ...(random.is(0.1)
        ? { origin: random.pick(["null", "http://evil.example", `http://127.0.0.1:${target.port}`]) }
        : {})
    },
    ...(method === "PUT" || method === "POST" ? { body: random.pick(rules) } : {})
  })
}
