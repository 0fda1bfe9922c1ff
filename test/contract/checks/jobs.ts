/** What a job says of itself, and what it makes of an asset that exists. */
import { type Check, expect, unless } from "../support/check.ts"
import { ask, at, initialize } from "../support/client.ts"
import { poll } from "../support/poll.ts"
import { assetOf, requestOf } from "../support/sample.ts"

const STATES = new Set(["ready", "queued", "running", "success", "failed"])

const ID = /^[0-9a-f]{24}$/
const idOf = (json: unknown) => String(at(json, "data", "job_tracker_file", "_id"))

export const jobs: ReadonlyArray<Check> = [
  {
    name: "a request is answered with the id of its job",
    rows: ["`POST /admin/ingest/initialize` with a bearer token"],
    kind: "reads",
    run: async (_, { submitted: { json, status } }) => [
      ...expect("the status for a request", status, 200),
      ...unless(ID.test(idOf(json)), `data.job_tracker_file._id is ${idOf(json)}`)
    ]
  },
  {
    name: "the reply lists the assets",
    rows: ["`data.job_tracker_file.context.assets.image[].identifier` in that reply"],
    kind: "reads",
    run: async ({ namespace }, { names, submitted: { json } }) =>
      expect(
        "data.job_tracker_file.context.assets.image[0].identifier",
        at(json, "data", "job_tracker_file", "context", "assets", "image", 0, "identifier"),
        `${namespace}:${names.asset}`
      )
  },
  {
    name: "states are those that are known",
    rows: ["parent and child states `ready`, `queued`, `running`, `success`, `failed`"],
    kind: "reads",
    run: async (_, { states }) => [
      ...states.filter((state) => !STATES.has(state)).map((state) => `there is a state ${state}`),
      ...expect("the last state", states.at(-1), "success")
    ]
  },
  {
    name: "the status has more fields",
    rows: ["everything else in the status reply"],
    kind: "reads",
    run: async (_, { last: { json } }) => {
      const fields = [
        "_id",
        "job_name",
        "parent_job_ref",
        "creation_date",
        "last_modified_date",
        "context",
        "job_management"
      ]
      const data = at(json, "data")
      const seen = typeof data === "object" && data !== null ? Object.keys(data) : []
      return [
        ...fields.filter((field) => !seen.includes(field)).map((field) => `data.${field} is missing`),
        ...seen.filter((field) => ![...fields, "job_status"].includes(field)).map((field) => `there is data.${field}`)
      ]
    }
  },
  {
    name: "an asset is created once",
    rows: ["`create` of an existing id fails its asset"],
    kind: "reads",
    run: async (settings, { names }) => {
      const submitted = await initialize(settings, requestOf(settings, [assetOf(settings, names)]))
      if (submitted.status !== 200) return [`the request that creates an asset again is ${submitted.status}`]
      const { states } = await poll(settings, idOf(submitted.json))
      return expect("the last state of a job that creates an asset again", states.at(-1), "failed")
    }
  },
  {
    name: "a job is asked for by its id, in a path",
    rows: ["`GET /admin/ingest/jobstatus/{id}` without a token, `data.job_status`"],
    kind: "reads",
    run: async ({ ingestUrl }, { submitted }) => {
      const { json, status } = await ask(`${ingestUrl}/jobstatus/${idOf(submitted.json)}`)
      return [
        ...expect("the status of the status, without a token", status, 200),
        ...expect("data.job_status", at(json, "data", "job_status"), "success")
      ]
    }
  }
]
