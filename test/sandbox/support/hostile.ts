/** Requests to the image routes that nobody should send, determined by a seed. */
import { Random } from "../../../packages/iiif/test/support/random.ts"

export interface HostileRequest {
  readonly method: string
  /** As it is sent, and so perhaps no URL. */
  readonly path: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

const prefixes = ["/assets/images", "/assets/images/2", "/assets/images/3"]
const ids = ["SANDBOX:hostile", "sandbox:hostile", "SANDBOX%3Ahostile", "SANDBOX:none"]
const regions = ["full", "square", "0,0,512,512", "10,20,300,200", "pct:10,10,50,50", "512,0,512,512"]
const sizes = ["max", "full", "200,", ",100", "512,512", "!90,90", "pct:20", "^300,", "120,80"]
const rotations = ["0", "90", "!180", "22.5", "360"]
const files = ["default.jpg", "gray.png", "bitonal.gif", "color.tif", "default.png"]

/** Around every limit that a number may meet on its way: pixels, tiles, JPEG, integers, floats. */
const numbers = [
  "0",
  "1",
  "2",
  "511",
  "512",
  "513",
  "1023",
  "1024",
  "65499",
  "65500",
  "65501",
  "65535",
  "65536",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "99999999999999999999999",
  "1".repeat(400),
  "-0",
  "-1",
  "0.0000000000000000001",
  "1e308",
  "1e-308",
  "1e999",
  "NaN",
  "Infinity",
  "0x10",
  "00000000001",
  "1_000",
  "1.",
  ".5",
  "+1",
  "١٢",
  "１２"
]

const segments = [
  "",
  ".",
  "..",
  "...",
  "%2e%2e",
  "%2E%2E%2F",
  "..%2f..%2f..%2fetc%2fpasswd",
  "..%5c..%5cwindows",
  "%252e%252e%252f",
  "%00",
  "%2500",
  "%0d%0ax-evil:%201",
  "%C0%AF",
  "%FF%FE",
  "%",
  "%Z",
  "%u0041",
  "%ED%A0%80",
  "[frob]",
  "{x}",
  "<script>alert(1)</script>",
  "';DROP%20TABLE%20assets;--",
  "${jndi:ldap://x}",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "true",
  "\\",
  "|",
  "^",
  "^^max",
  "!",
  "!!90",
  "pct:",
  "pct:pct:1",
  ",,,",
  ",",
  ";",
  "*",
  "full,full",
  "info.json",
  "info.xml",
  "default",
  ".jpg",
  "default.jpg.png",
  "default.webp",
  "%F0%9F%96%BC",
  "%E2%80%AE",
  "🖼",
  "é",
  "ﬀ"
]

const junk = [
  "",
  ",",
  ";",
  "*",
  "\"",
  "W/",
  "W/\"",
  "\"\"",
  "*/*;q=",
  "application/ld+json;profile=\"",
  "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\";q=-1",
  "application/ld+json;profile=\"http://iiif.io/api/image/3/context.json\"",
  "text/html,;;q=1,,,",
  "bytes=0-",
  "bytes=9-1,-1,0-0",
  "bytes=0-18446744073709551616",
  "bytes=-",
  "Thu, 32 Foo 2026 99:99:99 GMT",
  "{}",
  "\u00ff\u00fe",
  "__proto__"
]

const headerNames = [
  "accept",
  "accept-encoding",
  "if-none-match",
  "if-match",
  "if-modified-since",
  "if-range",
  "range",
  "origin",
  "referer",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-for",
  "cookie",
  "authorization",
  "access-control-request-method"
]

const methods = ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "LINK", "FROB", "get"]

const long = (random: Random): string => {
  const length = 1 + random.below(8000)
  return random.pick(["a", "0", "9", ",", "%41", ".", "!", "^", "/", "../", ":", "é"]).repeat(length).slice(0, length)
}

const comma = (random: Random, count: number) => Array.from({ length: count }, () => random.pick(numbers)).join(",")

/** A parameter made of numbers at their limits. */
const boundary = (random: Random, place: number): string => {
  switch (place) {
    case 0:
      return random.is(0.5) ? comma(random, 4) : `pct:${comma(random, 4)}`
    case 1:
      return random.pick([
        () => comma(random, 2),
        () => `${random.pick(numbers)},`,
        () => `,${random.pick(numbers)}`,
        () => `!${comma(random, 2)}`,
        () => `pct:${random.pick(numbers)}`,
        () => `^${random.pick(numbers)},`,
        () => `^,${random.pick(numbers)}`,
        () => `^${comma(random, 2)}`
      ])()
    case 2:
      return `${random.pick(["", "!"])}${random.pick(numbers)}`
    default:
      return random.pick(files)
  }
}

/** Changes one character, or a few. */
const scratch = (random: Random, path: string): string => {
  const at = random.below(path.length + 1)
  const [before, after] = [path.slice(0, at), path.slice(at)]
  const odd = random.pick([..."/%.,:;!^?#&=+~'\"<>[]{}|\\`@$()*0189azAZ"])
  return random.pick([
    () => before + odd + after,
    () => before + after.slice(1 + random.below(3)),
    () => before + after.slice(0, 1) + after,
    () => before + encodeURIComponent(after.slice(0, 1).toWellFormed()) + after.slice(1),
    () => `${before}%${(after.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}${after.slice(1)}`,
    () => before + encodeURIComponent(encodeURIComponent(odd)) + after,
    () => after + before
  ])()
}

const mutate = (random: Random, parts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const place = random.below(4)
  const at = random.below(parts.length + 1)
  // The last four are the parameters.
  const set = (text: string) => parts.toSpliced(Math.max(0, parts.length - 4 + place), 1, text)
  return random.pick([
    () => set(boundary(random, place)),
    () => set(boundary(random, place)),
    () => set(random.pick(segments)),
    () => set(random.pick(numbers)),
    () => set(long(random)),
    () => parts.toSpliced(at, 0, random.pick(segments)),
    () => parts.toSpliced(at, 1),
    () => parts.map((part) => random.is(0.3) ? encodeURIComponent(part.toWellFormed()) : part),
    () => parts.map((part) => random.is(0.3) ? encodeURIComponent(encodeURIComponent(part.toWellFormed())) : part)
  ])()
}

const headersOf = (random: Random): HostileRequest["headers"] =>
  random.some(0, 3, () => [
    random.pick(headerNames),
    random.is(0.1) ? random.pick(["x", ",", "*/*,", "\"a\","]).repeat(1 + random.below(2000)) : random.pick(junk)
  ])

/** One request; most are close to a valid one. */
export const hostile = (random: Random): HostileRequest => {
  let parts: ReadonlyArray<string> = [
    random.pick(ids),
    random.pick(regions),
    random.pick(sizes),
    random.pick(rotations),
    random.pick(files)
  ]
  if (random.is(0.15)) parts = [random.pick(ids), "info.json"]
  for (let left = random.below(4); left > 0; left--) parts = mutate(random, parts)
  let path = `${random.pick(prefixes)}/${parts.join("/")}`
  for (let left = random.is(0.3) ? 1 + random.below(3) : 0; left > 0; left--) path = scratch(random, path)
  if (random.is(0.1)) path += random.pick(["?", "?x", "#x", "?size=1&size=2", "?%ZZ", `?${long(random)}`, "??"])
  return {
    method: random.is(0.1) ? random.pick(methods) : "GET",
    path: path.startsWith("/") ? path : `/${path}`,
    headers: headersOf(random)
  }
}
