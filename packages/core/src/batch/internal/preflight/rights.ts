import * as Manifest from "@iiif-ingest/iiif/Manifest"
import * as Result from "effect/Result"
import { quoted } from "../../../base/internal/text.ts"
import type { Place } from "../../Finding.ts"
import type { Findings } from "./codes.ts"

/** What people write instead of the URI of a license. */
const names: ReadonlyArray<readonly [pattern: RegExp, uri: string]> = [
  [/^cc[\s-]*0|^cc[\s-]*zero/i, "http://creativecommons.org/publicdomain/zero/1.0/"],
  [/^public domain|^pdm?$/i, "http://creativecommons.org/publicdomain/mark/1.0/"],
  [/^in copyright|^inc$|^copyright|^©/i, "http://rightsstatements.org/vocab/InC/1.0/"],
  [/^no copyright/i, "http://rightsstatements.org/vocab/NoC-US/1.0/"]
]

const remedyFor = (text: string): string | undefined => {
  const license = /^cc[\s-]*(by(?:-(?:nc|sa|nd))*)[\s-]*(\d\.\d)?$/i.exec(text.trim())
  if (license !== null) {
    const [, kind = "by", version = "4.0"] = license
    return `write http://creativecommons.org/licenses/${kind.toLowerCase()}/${version}/`
  }
  const uri = names.find(([pattern]) => pattern.test(text.trim()))?.[1]
  return uri === undefined ? undefined : `write ${uri}, if that is meant`
}

interface Known {
  readonly findings: ReadonlyArray<Manifest.Finding>
  readonly uri: string
}

const look = (text: string): Known => {
  const canvas = { id: "p", width: 1, height: 1, imageService: "https://example.org/p" }
  const built = Manifest.buildWithFindings("https://example.org/m", { label: "m", rights: text }, [canvas])
  return Result.isFailure(built)
    ? { findings: built.failure.findings, uri: text }
    : { findings: built.success.findings, uri: built.success.manifest.rights ?? text }
}

/** Checks rights, each text once, as the builder of manifests does. Returns the canonical URI, or nothing. */
export const makeRights = (findings: Findings): (text: string, place: Place) => string | undefined => {
  const known = new Map<string, Known>()
  return (text, place) => {
    const { findings: found, uri } = known.get(text) ?? look(text)
    known.set(text, { findings: found, uri })
    const error = found.find(({ code, severity }) => code.startsWith("rights") && severity === "error")
    if (error !== undefined) {
      findings.add("rights-unknown", place, `${quoted(text)}: ${error.message}`, remedyFor(text))
      return undefined
    }
    const warning = found.find(({ code }) => code.startsWith("rights"))
    if (warning !== undefined) {
      findings.add(
        "rights-form",
        place,
        `${quoted(text)}: ${warning.message}`,
        uri === text ? warning.remedy : `write ${uri}`
      )
    }
    return uri
  }
}
