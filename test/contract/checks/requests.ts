/** What the sandbox refuses of a request; whether MPS does is a guess. */
import { type Check, expect } from "../support/check.ts"
import { initialize } from "../support/client.ts"
import { assetOf, manifestOf, type Names, requestOf } from "../support/sample.ts"
import type { Settings } from "../support/settings.ts"

/** Another asset than the one that is written, in case that it is accepted. */
const refused = async (settings: Settings, what: string, body: unknown) =>
  expect(`the status for ${what}`, (await initialize(settings, body)).status, 400)

/** The fields may be any, as this is to be refused. */
const assetWith = (settings: Settings, names: Names, fields: Readonly<Record<string, unknown>>) => ({
  ...assetOf(settings, { ...names, asset: `${names.asset}REFUSED` }),
  ...fields
})

const risk = (
  name: string,
  rows: ReadonlyArray<string>,
  bodies: (settings: Settings, names: Names) => Readonly<Record<string, unknown>>
): Check => ({
  name,
  rows,
  kind: "risks",
  run: async (settings, names) => {
    const found: Array<string> = []
    for (const [what, body] of Object.entries(bodies(settings, names))) {
      found.push(...await refused(settings, what, body))
    }
    return found
  }
})

export const requests: ReadonlyArray<Check> = [
  risk(
    "unknown fields and deletion are refused",
    ["unknown fields and the action `delete` are rejected"],
    (settings, names) => ({
      "an unknown field of the request": { ...requestOf(settings, []), contractCheck: 1 },
      "an unknown field of an asset": requestOf(settings, [assetWith(settings, names, { contractCheck: 1 })]),
      "the action delete": requestOf(settings, [assetWith(settings, names, { action: "delete" })])
    })
  ),
  risk(
    "lists of audio, video and text are empty",
    ["items under `audio`, `video`, `text` are rejected"],
    (settings) => {
      const request = requestOf(settings, [])
      const item = {
        identifier: `${settings.namespace}:CONTRACTAV`,
        storageSrcPath: "contract/",
        storageSrcKey: "none"
      }
      return Object.fromEntries(["audio", "video", "text"].map((list) => [
        `an item of ${list}`,
        { ...request, assets: { ...request.assets, [list]: [item] } }
      ]))
    }
  ),
  risk("an asset has its imageSize", ["`imageSize` is mandatory (2.2)"], (settings, names) => ({
    "an asset without imageSize": requestOf(settings, [assetWith(settings, names, { assetMetadata: [] })])
  })),
  risk("an identifier occurs once", ["an identifier that occurs twice in a request is rejected"], (settings, names) => {
    const asset = assetWith(settings, names, {})
    return { "the same identifier twice": requestOf(settings, [asset, asset]) }
  }),
  risk(
    "a manifest is named by its id",
    ["a manifest's `id` or `@id` must end with `URN-3:NS:NAME`"],
    (settings, names) => ({
      "a manifest with another id": requestOf(settings, [], {
        ...manifestOf(settings, names),
        id: "https://example.org/manifest.json"
      })
    })
  )
]
