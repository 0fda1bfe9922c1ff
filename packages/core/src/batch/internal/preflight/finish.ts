/** The plan and the estimate. */
import { keyIn } from "../../../base/internal/keyPrefix.ts"
import type { MpsConfig } from "../../../config/MpsConfig.ts"
import type { Finding } from "../../Finding.ts"
import { type Plan, type PlannedImage, version } from "../plan/model.ts"
import { addressOf } from "./build.ts"
import type { Estimate, Options } from "./model.ts"
import type { Book, Page } from "./page.ts"

type Config = MpsConfig["Service"]

const plannedImage = ({ keyPrefix }: Config, page: Page, replaces: boolean): ReadonlyArray<PlannedImage> => {
  const { description, draft, facts, fixity, id } = page
  if (id === undefined || facts?.header === undefined) return []
  const { extension, height, mediaType, width } = facts.header
  const { cells: _, ...whole } = draft.row.origin
  return [{
    file: draft.name,
    id,
    key: keyIn(keyPrefix, `${id}.${extension}`),
    width,
    height,
    mediaType,
    fingerprint: facts.fingerprint,
    ...(facts.content === undefined ? {} : { content: facts.content }),
    ...(fixity.length === 0 ? {} : { fixity }),
    ...(replaces ? { replaces } : {}),
    description,
    origin: draft.fromFolder ? whole : draft.row.origin
  }]
}

/** The plan of manifests without errors. `replaced` are the pages that replace others. */
export const planOf = (
  books: ReadonlyArray<Book>,
  config: Config,
  root: string,
  replaced: ReadonlySet<string>
): Plan => ({
  format: "iiif-ingest plan",
  version,
  environment: config.environment.name,
  account: config.account,
  space: config.space,
  namespace: config.namespace,
  bucket: config.bucket,
  root,
  manifests: books.map(({ description, name, origin, pages }) => ({
    id: addressOf(config, name),
    description,
    origin,
    images: pages.flatMap((page) => plannedImage(config, page, page.id !== undefined && replaced.has(page.id)))
  }))
})

const defaultRate = 20_000_000

/** Parts of an upload, as the engine sends them, and what a request takes at least. */
const partBytes = 8 * 1024 * 1024
const secondsPerRequest = 0.05
const atATime = 8

/** The requests of a manifest: one to submit, some to wait, two to verify. */
const requestsPerManifest = 8

/** What applying will take: each image is a request or several, and one more for its verification. */
export const estimateOf = (books: ReadonlyArray<Book>, { bytesPerSecond = defaultRate }: Options): Estimate => {
  const pages = books.flatMap((book) => book.pages)
  const sizes = pages.map(({ facts }) => facts?.fingerprint.size ?? 0)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const uploads = sizes.reduce((sum, size) => sum + (size <= partBytes ? 1 : Math.ceil(size / partBytes) + 2), 0)
  const requests = uploads + pages.length + books.length * requestsPerManifest
  return {
    manifests: books.length,
    images: pages.length,
    bytes,
    requests,
    seconds: Math.ceil(bytes / Math.max(1, bytesPerSecond) + (requests * secondsPerRequest) / atATime)
  }
}

/** Findings in the order of the tables and rows that they are about; those of no row come first. */
export const inOrder = (findings: ReadonlyArray<Finding>, { tables }: Options): ReadonlyArray<Finding> => {
  const order = new Map(tables.map(({ source }, index) => [source, index]))
  const tableOf = ({ place }: Finding) => place.source === undefined ? -1 : order.get(place.source) ?? -1
  return findings.toSorted((a, b) => tableOf(a) - tableOf(b) || (a.place.row ?? 0) - (b.place.row ?? 0))
}
