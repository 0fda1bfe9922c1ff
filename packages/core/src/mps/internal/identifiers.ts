import type { IngestRequest } from "../IngestRequest.ts"

/** The identifiers of all assets of a request, in order. */
export const identifiersOf = ({ assets }: IngestRequest): ReadonlyArray<string> =>
  [assets.image, assets.audio, assets.video, assets.text].flatMap((list) => list.map(({ identifier }) => identifier))
