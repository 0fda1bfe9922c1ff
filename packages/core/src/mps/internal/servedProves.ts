import type { IngestRequest } from "../IngestRequest.ts"

/**
 * Whether what is served can prove that a request arrived. Where an image is to replace another, what is served may be
 * the old one; what is no image is not looked at.
 */
export const servedProves = ({ assets }: IngestRequest): boolean =>
  assets.image.every((image) => image.action === "create") &&
  assets.audio.length + assets.video.length + assets.text.length === 0
