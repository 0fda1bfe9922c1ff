/** What stores differ in: what each tells of the objects that it holds, to whom. */
import type { S3Client } from "@iiif-ingest/aws"
import type { Disguise } from "../../faults/support/proxy.ts"

/**
 * - `crc32`, `md5`: a sum of the whole object.
 * - `parts`: a sum for which the sizes of the parts have to be guessed.
 * - `size`: only the size.
 * - `nothing`: HEAD is refused.
 */
export type Told = "crc32" | "md5" | "parts" | "size" | "nothing"

export interface Kind {
  readonly name: string
  /** As the table calls it. */
  readonly store: string
  /** The client's setting for such a store. */
  readonly checksums: S3Client.Checksums
  /** The CRC-32 that other tools leave with a large object, if any. */
  readonly othersChecksum?: "FULL_OBJECT" | "COMPOSITE"
  readonly tells: { readonly small: Told; readonly large: Told }
  readonly denies: ReadonlyArray<"HeadObject" | "GetObject">
  readonly disguise?: Disguise
}

const etagPattern = /[0-9a-f]{32}(?:-\d+)?/

const aboutObjects: ReadonlySet<string> = new Set([
  "HeadObject",
  "GetObject",
  "PutObject",
  "CompleteMultipartUpload"
])

/** Gives objects, but not parts, other ETags, and replies other fields. */
const withEtags =
  (etag: (md5: string) => string, fields: ReadonlyArray<readonly [name: string, value: string]> = []): Disguise =>
  ({ op }, reply) =>
    aboutObjects.has(op) && reply.status < 300
      ? {
        ...reply,
        headers: [
          ...reply.headers.map(([name, value]) =>
            [name, name.toLowerCase() === "etag" ? value.replace(etagPattern, etag) : value] as const
          ),
          ...fields
        ],
        body: op === "CompleteMultipartUpload"
          ? Buffer.from(
            reply.body.toString().replace(
              /<ETag>[^<]*/,
              (element) => element.replace(etagPattern, etag)
            )
          )
          : reply.body
      }
      : reply

const reversed = (text: string) => [...text].toReversed().join("")

const nothing: Kind["denies"] = []

export const kinds: ReadonlyArray<Kind> = [
  {
    name: "crc32",
    store: "keeps the CRC-32 of the whole object (S3)",
    checksums: "whenSupported",
    othersChecksum: "FULL_OBJECT",
    tells: { small: "crc32", large: "crc32" },
    denies: nothing
  },
  {
    name: "parts",
    store: "keeps the CRC-32 of the parts (S3, for large objects of most tools)",
    checksums: "whenSupported",
    othersChecksum: "COMPOSITE",
    tells: { small: "crc32", large: "parts" },
    denies: nothing
  },
  {
    name: "md5",
    store: "keeps no CRC-32; its ETags are MD5s (Ceph)",
    checksums: "whenRequired",
    tells: { small: "md5", large: "parts" },
    denies: nothing
  },
  {
    name: "opaque",
    store: "keeps no CRC-32; its ETags are no MD5s",
    checksums: "whenRequired",
    tells: { small: "size", large: "size" },
    denies: nothing,
    disguise: withEtags((md5) => `v1.${Buffer.from(md5).toString("base64url")}`)
  },
  {
    name: "kms",
    store: "encrypts with SSE-KMS: its ETags only look like MD5s",
    checksums: "whenRequired",
    tells: { small: "size", large: "size" },
    denies: nothing,
    disguise: withEtags(
      (etag) => etag.replace(/[0-9a-f]{32}/, reversed),
      [["x-amz-server-side-encryption", "aws:kms"]]
    )
  },
  {
    name: "silent",
    store: "refuses HEAD (403)",
    checksums: "whenSupported",
    othersChecksum: "COMPOSITE",
    tells: { small: "nothing", large: "nothing" },
    denies: ["HeadObject"]
  },
  {
    name: "mute",
    store: "refuses HEAD and GET (403)",
    checksums: "whenSupported",
    othersChecksum: "COMPOSITE",
    tells: { small: "nothing", large: "nothing" },
    denies: ["HeadObject", "GetObject"]
  }
]
