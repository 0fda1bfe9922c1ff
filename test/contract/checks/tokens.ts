/** Which tokens are accepted, and how others are refused. */
import { type Check, expect, unless } from "../support/check.ts"
import { type Answer, ask, at, initialize, token, type TokenParts } from "../support/client.ts"
import { requestOf } from "../support/sample.ts"
import type { Settings } from "../support/settings.ts"

/** The body is refused, too, so that a token that is accepted makes no job. */
const withToken = (settings: Settings, bearer: string): Promise<Answer> => initialize(settings, {}, bearer)

const refusals = async (settings: Settings, tokens: Readonly<Record<string, TokenParts>>) => {
  const found: Array<string> = []
  for (const [what, parts] of Object.entries(tokens)) {
    const { status } = await withToken(settings, token(settings, parts))
    found.push(...expect(`the status for a token ${what}`, status, 401))
  }
  return found
}

const now = () => Math.floor(Date.now() / 1000)

export const tokens: ReadonlyArray<Check> = [
  {
    name: "a token needs its fields, its signature and its time",
    rows: ["RS256; `iss`, `kid`, `resources` in the JOSE header"],
    kind: "asks",
    run: (settings) =>
      refusals(settings, {
        "without a signature": { signature: "" },
        "with another signature": { signature: Buffer.alloc(256).toString("base64url") },
        "of the algorithm none": { header: { alg: "none" }, signature: "" },
        "without kid": { header: { kid: undefined } },
        "without iss": { header: { iss: undefined } },
        "without resources": { header: { resources: undefined } },
        "without exp": { payload: { exp: undefined } },
        "that has expired": { payload: { iat: now() - 7200, exp: now() - 3600 } }
      })
  },
  {
    name: "a token lives for less than eight hours, and has nothing else in its payload",
    rows: ["a lifetime of exactly 8 hours is rejected; 60 s of clock skew"],
    kind: "asks",
    run: async (settings) => {
      const accepted = await withToken(
        settings,
        token(settings, { payload: { iat: now() + 30, exp: now() + 8 * 3600 } })
      )
      return [
        ...await refusals(settings, {
          "of exactly eight hours": { payload: { iat: now(), exp: now() + 8 * 3600 } },
          "with aud in its payload": { payload: { aud: "x" } },
          "of five minutes from now": { payload: { iat: now() + 300, exp: now() + 600 } }
        }),
        ...expect("the status for a token of half a minute from now", accepted.status, 400)
      ]
    }
  },
  {
    name: "an error is a status and a text in the field error",
    rows: ["401 for an invalid token, 403 for missing permission"],
    kind: "asks",
    run: async (settings) => {
      const text = (answer: Answer) => typeof at(answer.json, "error")
      const invalid = await withToken(settings, "a.b.c")
      const other = await withToken(settings, token(settings, { header: { resources: ["content"] } }))
      const empty = await withToken(settings, token(settings))
      const plain = await ask(`${settings.ingestUrl}/initialize`, {
        method: "POST",
        headers: { authorization: `Bearer ${token(settings)}`, "content-type": "text/plain" },
        body: "{}"
      })
      return [
        ...expect("the status for what is no token", invalid.status, 401),
        ...expect("the error of 401", text(invalid), "string"),
        ...expect("the status for a token for other resources", other.status, 403),
        ...expect("the status for an empty request", empty.status, 400),
        ...expect("the error of 400", text(empty), "string"),
        ...expect("the status for text/plain", plain.status, 415)
      ]
    }
  },
  {
    name: "a job's status needs no token, and that of no job is 404",
    rows: ["`GET /admin/ingest/jobstatus/{id}` without a token, `data.job_status`"],
    kind: "asks",
    run: async ({ ingestUrl }) => {
      const { status } = await ask(`${ingestUrl}/jobstatus/${"0".repeat(24)}`)
      return expect("the status for a job that does not exist, without a token", status, 404)
    }
  },
  {
    name: "the version needs no token",
    rows: ["`GET /admin/ingest/version` replies 200; its body"],
    kind: "asks",
    run: async ({ ingestUrl }) => {
      const { json, status } = await ask(`${ingestUrl}/version`)
      return [
        ...expect("the status of the version", status, 200),
        ...unless(typeof at(json, "version") === "string", "the version is not the field version of a JSON object")
      ]
    }
  },
  {
    name: "a request has to be an object with its four fields",
    rows: ["request fields as in the three published samples"],
    kind: "asks",
    run: async (settings) => {
      const whole = requestOf(settings, [])
      const found: Array<string> = []
      for (const name of Object.keys(whole)) {
        const { status } = await initialize(settings, { ...whole, [name]: 0 })
        found.push(...expect(`the status for a request whose ${name} is a number`, status, 400))
      }
      return found
    }
  }
]
