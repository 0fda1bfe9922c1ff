/**
 * What the sandbox saw: every request, in order, without its secrets.
 *
 * @since 0.1.0
 */

/**
 * One request. `started` and `ended` are places in one common order of events, so that overlaps can be told; `ended` is
 * absent while the request is open. `bytesIn` counts the body. Authorization, cookies and session tokens are replaced.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestLogEntry {
  readonly id: number
  readonly method: string
  /** Path with query; signatures and tokens in the query are replaced. */
  readonly path: string
  readonly op: string
  readonly headers: Readonly<Record<string, string>>
  readonly status: number | undefined
  readonly bytesIn: number
  readonly started: number
  readonly ended: number | undefined
  /** `open`, `replied`, or `broken`: the connection ended before the reply did. */
  readonly outcome: "open" | "replied" | "broken"
  /** Requests of the same operation that were open when this one started, itself included. */
  readonly inFlight: number
}

/**
 * Requests of one operation: open now, and at most so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface InFlight {
  readonly now: number
  readonly peak: number
}
