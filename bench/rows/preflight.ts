/** What the pre-flight of a large sheet costs, as a whole process of the command. */
import { generateKeyPairSync } from "node:crypto"
import * as Path from "node:path"
import type { Section } from "../section.ts"
import type { Bench } from "../support/bench.ts"
import * as Data from "../support/data.ts"
import { install } from "../support/install.ts"
import { measureAll, type Measured, sectionOf, settings } from "../support/whole.ts"

export const preflight = async (bench: Bench): Promise<ReadonlyArray<Section>> => {
  const { folder, rounds } = bench
  const { path, workload } = Data.sheet(folder)
  const script = install(folder)
  // planning tells of keys that are missing, too
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  })
  const keys = { LTS_IIIF_ISSUER: "sandbox", LTS_IIIF_KID: "sandboxdefault", LTS_IIIF_PRIVATE_KEY_STRING: privateKey }
  const plan = (name: string, more: ReadonlyArray<string>): Measured => ({
    name,
    costs: [],
    of: (round) => ({
      command: process.execPath,
      args: [
        script,
        "plan",
        path,
        "-o",
        Path.join(folder, `plan${round}.json`),
        "--journal",
        Path.join(folder, "plan.sqlite"),
        ...more
      ],
      env: { ...process.env, ...settings, ...keys, LTS_IIIF_S3_ENDPOINT: "http://127.0.0.1:1" }
    })
  })
  const md5 = (): Measured["of"] => () => ({
    command: "sh",
    args: ["-c", "find \"$1\" -name '*.jpg' -print0 | xargs -0 md5sum", "sh", Path.dirname(path)]
  })
  const all: ReadonlyArray<Measured> = [
    plan("iiif-ingest plan", []),
    plan("iiif-ingest plan --checksums", ["--checksums"]),
    { name: "md5sum of the files", costs: [], of: md5() }
  ]
  await measureAll(all, rounds)
  const text =
    `A CSV sheet of ${
      workload.files.length.toLocaleString("en")
    } rows for 100 manifests, and as many JPEGs of 20 KB, with the ` +
    "start-up of the command. Target: at most 20 s."
  return [sectionOf("Pre-flight of 10,000 rows", text, all)]
}
