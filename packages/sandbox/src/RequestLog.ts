/**
 * The requests that the sandbox received, in order and without secrets.
 *
 * @since 0.1.0
 */

/**
 * What a client did wrong, though it was accepted. `rule` is a short name that stays the same, `message` a sentence for
 * people; a `rule` that begins with `iiif/` is a finding of the manifest's checker.
 *
 * @category models
 * @since 0.1.0
 */
export interface Note {
  readonly rule: string
  readonly message: string
}

/**
 * One request. `started` and `ended` are positions in one sequence of events, which shows which requests overlapped;
 * `ended` is undefined while the request is open. `bytesIn` counts bytes of the request body. Authorization headers,
 * cookies and session tokens are redacted. All entries together keep 16 MiB of header fields and bodies: when there are
 * more, the oldest entries lose theirs.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestLogEntry {
  readonly id: number
  /** When it started, in milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** Path with query, up to 2,048 characters; signatures and tokens in the query are redacted. */
  readonly path: string
  readonly op: string
  readonly headers: Readonly<Record<string, string>>
  readonly status: number | undefined
  readonly bytesIn: number
  readonly started: number
  readonly ended: number | undefined
  /** `open`, `replied`, or `broken`: the connection closed before the reply was complete. */
  readonly outcome: "open" | "replied" | "broken"
  /** Headers of the reply, if one was sent. */
  readonly replyHeaders: Readonly<Record<string, string>> | undefined
  /** The start of the reply's body, where it is a short text and no page of the sandbox's own. */
  readonly replyBody: string | undefined
  /** The start of an ingest request's body. */
  readonly requestBody: string | undefined
  /** Open requests of the same operation when this one started, including itself. */
  readonly inFlight: number
  /** What a token claims that was refused: decoded, not verified, and without its signature. */
  readonly token: { readonly header: string; readonly payload: string } | undefined
  /** What the client did wrong in a request that was accepted, as far as the sandbox can tell. */
  readonly notes: ReadonlyArray<Note>
}

/**
 * Open requests of one operation: the current number and the highest so far.
 *
 * @category models
 * @since 0.1.0
 */
export interface InFlight {
  readonly now: number
  readonly peak: number
}

/**
 * Which requests to return; omitted fields match everything.
 *
 * - `method`: in upper case.
 * - `path`: a glob as in a fault rule, matched against the path as it was sent, without its query.
 * - `op`: an operation as in a fault rule.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestFilter {
  readonly method?: string
  readonly path?: string
  readonly op?: string
}
