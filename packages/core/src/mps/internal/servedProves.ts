import type { IngestRequest } from "../IngestRequest.ts"

/**
 * Whether finding everything served proves that a request arrived. It does not if an image may replace another, since
 * the old one may be served, or if there are assets other than images, which are not checked.
 */
export const servedProves = ({ assets }: IngestRequest): boolean =>
  assets.image.every((image) => image.action === "create") &&
  assets.audio.length + assets.video.length + assets.text.length === 0
