/** What a pre-flight takes and gives; exported by `Preflight`. */
import type { Finding } from "../../Finding.ts"
import type { Table } from "../../Table.ts"
import type { Plan } from "../plan/model.ts"

/**
 * What applying a plan will take: bytes to send, requests (to the bucket, to the service, and for verification), and
 * time at the given rate.
 *
 * @category models
 * @since 0.1.0
 */
export interface Estimate {
  readonly manifests: number
  readonly images: number
  readonly bytes: number
  readonly requests: number
  readonly seconds: number
}

/**
 * The result: all findings, and the plan with its estimate if none of them is an error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Result {
  readonly findings: ReadonlyArray<Finding>
  readonly plan: Plan | undefined
  readonly estimate: Estimate
}

/**
 * Credentials that applying the plan will need: what messages call them, and when their file was last changed, in
 * milliseconds since 1970; or the problem that keeps them from being used.
 *
 * @category models
 * @since 0.1.0
 */
export type Credential =
  | { readonly name: string; readonly modifiedMillis: number }
  | { readonly name: string; readonly problem: string }

/**
 * - `tables`: what was read.
 * - `root`: the absolute path of the folder of the batch; by default that of the first table.
 * - `columns`: the meaning of columns whose names are not the usual ones, by their names; `null` for one to be ignored.
 * - `defaults`: the text of cells that are empty or have no column, by the usual name of their column.
 * - `separator`: what separates several values in one cell; `|` by default.
 * - `allowOutside`: whether a `file` cell may name a file outside the folder of its table.
 * - `checksums`: whether to read every image whole, so that a later change is found by its content alone.
 * - `update`: whether ids that were used for other bytes are to be replaced, and so are no errors.
 * - `credentials`: the credentials in use, to warn of old ones and of those that are missing: a plan needs none.
 * - `bytesPerSecond`: the rate of the estimate; 20 MB/s by default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly tables: ReadonlyArray<Table>
  readonly root?: string
  readonly columns?: { readonly [name: string]: string | null }
  readonly defaults?: { readonly [column: string]: string }
  readonly separator?: string
  readonly allowOutside?: boolean
  readonly checksums?: boolean
  readonly update?: boolean
  readonly credentials?: Credential | ReadonlyArray<Credential>
  readonly bytesPerSecond?: number
}
