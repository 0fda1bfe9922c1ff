/** A sheet and its folder, planned, applied, changed, updated and reported on. */
import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { writeSmallFiles } from "../../../../test/support/pictures.ts"
import { Document } from "../../src/internal/command/batchDocuments.ts"
import { client, command, folder, here, layer as sandboxed } from "./support/command.ts"

const decode = Schema.decodeSync(Schema.fromJsonString(Document))

/** The last line of an output of `--json`. */
const last = (stdout: string) => decode(stdout.trimEnd().split("\n").at(-1) ?? "", { onExcessProperty: "error" })

const sheet = [
  "file,label,manifest,manifest label",
  "page-001.png,One,ODD,Odd pages",
  "page-002.png,Two,EVEN,Even pages",
  "page-003.png,Three,ODD,Odd pages"
]

/** A folder with three images and a sheet for two manifests. */
const batch = Effect.gen(function*() {
  const path = yield* folder
  yield* Effect.promise(() => writeSmallFiles(path, 3))
  Fs.writeFileSync(Path.join(path, "pages.csv"), `${sheet.join("\n")}\n`)
  return path
})

layer(sandboxed, { excludeTestServices: true })("a batch", (it) => {
  it.effect("is planned without credentials, from a sheet whose columns have other names", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const cwd = yield* batch
      const pages = Path.join(cwd, "pages.csv")
      Fs.writeFileSync(pages, ["Datei,Titel,Bemerkung", "page-001.png,Eins,x", "page-002.png,Zwei,y"].join("\n"))
      const mapping = Path.join(cwd, "mapping.json")
      Fs.writeFileSync(
        mapping,
        JSON.stringify({
          columns: { Datei: "file", Titel: "label", Bemerkung: null },
          defaults: { manifest: "BUCH", "manifest.label": "Buch" }
        })
      )
      Fs.rmSync(Path.join(cwd, "page-003.png"))
      const output = Path.join(cwd, "plan.json")
      const { LTS_IIIF_ISSUER: _, LTS_IIIF_PRIVATE_KEY_PATH: __, LTS_IIIF_PRIVATE_KEY_STRING: ___, ...settings } = env
      const args = ["plan", pages, "--mapping", mapping, "-o", output, "--json"]
      const planned = yield* here(args, { env: settings })
      assert.strictEqual(planned.code, 0, planned.stdout + planned.stderr)
      const document = last(planned.stdout)
      assert.isTrue(document.format === "iiif-ingest preflight" && document.errors === 0)
      assert.deepStrictEqual(
        document.format === "iiif-ingest preflight" ? [...new Set(document.findings.map(({ code }) => code))] : [],
        ["credentials-missing"]
      )
      const plan = Fs.readFileSync(output, "utf8")
      assert.include(plan, "BUCH")
      assert.include(plan, "Zwei")
      const known = last((yield* here(args, { env })).stdout)
      assert.deepStrictEqual(known.format === "iiif-ingest preflight" ? known.findings : undefined, [])
    }))

  it.effect("is planned from the file group of a METS file that is asked for", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const cwd = yield* batch
      const mets = Path.join(cwd, "book.xml")
      const file = (id: string, name: string) =>
        `<file ID="${id}" MIMETYPE="image/png"><FLocat LOCTYPE="URL" xlink:href="${name}"/></file>`
      Fs.writeFileSync(
        mets,
        `<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><fileSec>
          <fileGrp USE="MASTER">${file("M1", "page-001.png")}</fileGrp>
          <fileGrp USE="BACK">${file("B1", "page-002.png")}</fileGrp></fileSec>
          <structMap TYPE="PHYSICAL"><div TYPE="physSequence"><div TYPE="page" ORDER="1">
          <fptr FILEID="M1"/><fptr FILEID="B1"/></div></div></structMap></mets>`
      )
      const codesOf = (group: string) =>
        Effect.map(here(["plan", mets, "--group", group, "--json"], { env }), ({ stdout }) => {
          const document = last(stdout)
          return document.format === "iiif-ingest preflight" ? document.findings.map(({ code }) => code) : []
        })
      assert.include(yield* codesOf("NONE"), "mets-group")
      assert.notInclude(yield* codesOf("BACK"), "mets-group")
    }))

  it.effect("is planned, applied, updated and reported on", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const cwd = yield* batch
      const posts = Effect.map(sandbox.requests({ method: "POST" }), (all) =>
        all.filter(({ op }) => op === "Initialize" || op === "initialize").length)

      const plan = Path.join(cwd, "plan.json")
      const planned = yield* command(["plan", "pages.csv", "-o", "plan.json", "--asset-prefix", "batch"], { env, cwd })
      assert.strictEqual(planned.code, 0, planned.stdout + planned.stderr)
      assert.include(planned.stdout, "2 manifests, 3 images")
      assert.include(planned.stdout, "to do it: iiif-ingest apply plan.json")

      const preview = yield* here(["apply", plan, "--dry-run", "--json"], { env })
      assert.strictEqual(preview.code, 0, preview.stderr)
      const seen = last(preview.stdout)
      assert.isTrue(
        seen.format === "iiif-ingest preview" && seen.manifests.every(({ state }) =>
          state === "new"
        )
      )
      assert.strictEqual(yield* posts, 0)

      const applied = yield* command(["apply", "plan.json", "--json"], { env, cwd })
      assert.strictEqual(applied.code, 0, applied.stderr)
      assert.strictEqual(last(applied.stdout).format, "iiif-ingest report")
      const requests = (yield* sandbox.requests()).filter(({ method }) => method === "PUT" || method === "POST").length

      const again = yield* command(["apply", "plan.json"], { env, cwd })
      assert.strictEqual(again.code, 0, again.stderr)
      assert.match(again.stdout, /^ODD: served, http.*URN-3:SANDBOX:ODD:MANIFEST:3$/m)
      assert.strictEqual(
        (yield* sandbox.requests()).filter(({ method }) => method === "PUT" || method === "POST").length,
        requests
      )

      Fs.copyFileSync(Path.join(cwd, "page-003.png"), Path.join(cwd, "page-002.png"))
      const refused = yield* here(["apply", plan], { env })
      assert.strictEqual(refused.code, 2)
      assert.include(refused.stderr, "page-002.png")

      const replan = ["plan", Path.join(cwd, "pages.csv"), "-o", plan, "--asset-prefix", "batch", "--update"]
      assert.strictEqual((yield* here(replan, { env })).code, 0)
      const unasked = yield* here(["update", plan], { env })
      assert.strictEqual(unasked.code, 2)
      assert.match(unasked.stdout, /page-002\.png/)
      assert.match(unasked.stderr, /replaces 1 picture.*say --yes/)
      const applying = yield* here(["apply", plan], { env })
      assert.strictEqual(applying.code, 2)
      assert.match(applying.stderr, /replaces 1 picture.*say --yes/)
      const updated = yield* command(["update", "plan.json", "--yes"], { env, cwd })
      assert.strictEqual(updated.code, 0, updated.stdout + updated.stderr)
      assert.strictEqual((yield* here(replan, { env })).code, 0)
      const unchanged = yield* here(["update", plan], { env })
      assert.deepStrictEqual([unchanged.code, unchanged.stdout.trim()], [0, "2 manifests unchanged"])

      const reported = yield* here(
        ["report", plan, "--json", "--csv", Path.join(cwd, "report.csv"), "--html", Path.join(cwd, "report.html")],
        { env }
      )
      assert.strictEqual(reported.code, 0, reported.stderr)
      assert.strictEqual(last(reported.stdout).format, "iiif-ingest report")
      assert.strictEqual(Fs.readFileSync(Path.join(cwd, "report.csv"), "utf8").trim().split("\n").length, 4)
      assert.include(Fs.readFileSync(Path.join(cwd, "report.html"), "utf8"), "URN-3:SANDBOX:ODD")

      const verified = last((yield* here(["verify", plan, "--no-wait", "--json"], { env })).stdout)
      assert.isTrue(
        verified.format === "iiif-ingest verification" && verified.manifests.every(({ verdict }) => verdict === "ok")
      )
      const audited = last((yield* here(["audit", "--subset", "100%", "--json"], { env })).stdout)
      assert.isTrue(audited.format === "iiif-ingest audit" && audited.total === 5 && audited.audited.length === 5)
      const withdrawal = last((yield* here(["withdraw", plan, "--only", "EVEN", "--json"], { env })).stdout)
      assert.isTrue(
        withdrawal.format === "iiif-ingest withdrawal" && withdrawal.identifiers.join() === "SANDBOX:batchpage002"
      )
      assert.match(
        (yield* here(["withdraw", "a-b"], { env })).stderr,
        /neither the file of a plan nor an asset's id: a-b/
      )
      assert.match((yield* here(["audit", "--subset", "0"], { env })).stderr, /is no subset/)

      const gone = yield* here(["verify", `${sandbox.url}/URN-3:SANDBOX:NONE:MANIFEST:3`, "--no-wait"], { env })
      assert.strictEqual(gone.code, 1)
      assert.match(gone.stdout, /NONE:MANIFEST:3: missing/)
    }), 60_000)

  it.effect("writes the rows of what failed to a sheet that can be planned again", () =>
    Effect.gen(function*() {
      const { env, sandbox } = yield* client
      const cwd = yield* batch
      const plan = ["plan", Path.join(cwd, "pages.csv"), "-o", Path.join(cwd, "plan.json"), "--asset-prefix", "failing"]
      assert.strictEqual((yield* here(plan, { env })).code, 0)
      const broken = {
        match: { op: "PutObject", path: "/**/failingpage002*" },
        effect: { type: "status", status: 403 }
      } as const
      yield* sandbox.faults.add(broken)
      const applied = yield* command(["apply", "plan.json"], { env, cwd })
      yield* sandbox.faults.remove(broken)
      assert.strictEqual(applied.code, 1, applied.stdout + applied.stderr)
      assert.match(applied.stdout, /1 of 2 manifests served/)
      assert.include(applied.stderr, "plan.failed.csv")
      assert.match(Fs.readFileSync(Path.join(cwd, "plan.failed.csv"), "utf8"), /page-002\.png/)
      const next = /^ {2}iiif-ingest (.*)$/m.exec(applied.stderr)?.[1]?.split(" ") ?? []
      const replanned = yield* command([...next, "--asset-prefix", "failing", "--json"], { env, cwd })
      const preflight = last(replanned.stdout)
      assert.isTrue(preflight.format === "iiif-ingest preflight" && preflight.errors === 0, replanned.stdout)
    }), 60_000)

  it.effect("with mistakes has all of them, like ones together, and no plan", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const cwd = yield* batch
      const rows = [
        ...sheet,
        "gone-1.png,A,ODD,",
        "gone-2.png,B,ODD,",
        "gone-3.png,C,ODD,",
        "gone-4.png,D,ODD,",
        "../x.png,E,ODD,"
      ]
      const file = Path.join(cwd, "wrong.csv")
      Fs.writeFileSync(file, `${rows.join("\n")}\n`)
      const { code, stdout } = yield* here(["plan", file, "-o", Path.join(cwd, "plan.json")], { env })
      assert.strictEqual(code, 1, stdout)
      assert.match(stdout, /^error \[.*\] 4 times$/m)
      assert.match(stdout, /row 5, file \(A5\).*\n.*row 6, file \(A6\).*\n.*row 7, file \(A7\).*\n {2}and 1 more/)
      assert.include(stdout, "there is no plan before the errors are mended")
      assert.isFalse(Fs.existsSync(Path.join(cwd, "plan.json")))
    }))

  it.effect("of a plan that was edited apart is refused by name", () =>
    Effect.gen(function*() {
      const { env } = yield* client
      const cwd = yield* folder
      const file = Path.join(cwd, "plan.json")
      Fs.writeFileSync(file, "{ \"format\": \"iiif-ingest plan\", \"version\": 2 }")
      const { code, stderr } = yield* here(["apply", file], { env })
      assert.strictEqual(code, 2)
      assert.match(stderr, /the plan is invalid[^]*version/)
    }))
})
