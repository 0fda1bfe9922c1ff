import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { type Feature, section } from "./Feature.ts"

const row = section("1.7")

const folder = Path.resolve(import.meta.dirname, "../../proxy")

/** The proxy is tested in its own folder; these rows only check that tests with matching titles exist. */
const testedIn = (...titles: ReadonlyArray<RegExp>) =>
  Effect.sync(() => {
    const names = Fs.existsSync(folder) ? Fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts")) : []
    const text = names.map((name) => Fs.readFileSync(Path.join(folder, name), "utf8")).join("\n")
    const found = [...text.matchAll(/\bit(?:\.\w+)*\(\s*[`"']([^`"']+)/g)].map(([, title]) => title ?? "")
    for (const title of titles) assert.isTrue(found.some((one) => title.test(one)), `test/proxy has no test ${title}`)
  })

export const proxy: ReadonlyArray<Feature> = [
  row(
    "Client(proxy=url)",
    "a layer of LtsClient that signs for the function URL, tested in test/proxy",
    testedIn(/whole run/i, /signed too/i)
  ),
  row("Client(proxy=url)", "the token in the body, nowhere else, tested in test/proxy", testedIn(/token in the body/i)),
  row(
    "Its own traps",
    "HTTPS_PROXY, NO_PROXY for S3 and HTTP, tested in test/proxy",
    testedIn(/HTTPS_PROXY/, /NO_PROXY/)
  )
]
