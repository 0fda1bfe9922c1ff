import type { Earlier } from "../../../mps/Submission.ts"
import type { PlannedManifest } from "../../Plan.ts"
import { nameOf } from "../plan/chosen.ts"
import type { Asked, Known } from "./asked.ts"

/** Whether the object of an image is recorded with the bytes that its file has now. */
export const isStored = ({ crc32, recorded }: Known): boolean => recorded !== undefined && recorded === crc32

const bytesToSend = (known: Known): number => {
  if (isStored(known)) return 0
  const { image: { fingerprint }, record } = known
  const arrived = record?.session === undefined || record.fingerprint.size !== fingerprint.size
    ? 0
    : record.parts.reduce((sum, { size }) => sum + size, 0)
  return Math.max(0, fingerprint.size - arrived)
}

const isSameAgain = (earlier: Earlier, digest: string): boolean =>
  "record" in earlier && earlier.record.content === digest

const stateOf = ({ content, earlier, images }: Asked) => {
  switch (earlier._tag) {
    case "Ingested":
      return "unchanged" as const
    case "Going":
    case "Unsettled":
      return "resumed" as const
    case "None":
      return images.some(({ record }) => record !== undefined) ? "resumed" as const : "new" as const
    case "Over":
    case "Superseded":
      return isSameAgain(earlier, content.digest) ? "resumed" as const : "changed" as const
  }
}

/** What applying a manifest would do, or the problem that keeps it from being built. */
export const summaryOf = (
  asked: Asked | { readonly manifest: PlannedManifest; readonly problem: string }
) => {
  const { manifest } = asked
  const common = { id: manifest.id, name: nameOf(manifest), images: manifest.images.length }
  if ("problem" in asked) return { ...common, state: "new" as const, send: 0, bytes: 0, problem: asked.problem }
  const bytes = asked.images.map(bytesToSend)
  return {
    ...common,
    state: stateOf(asked),
    send: bytes.filter((count) => count > 0).length,
    bytes: bytes.reduce((sum, count) => sum + count, 0)
  }
}
