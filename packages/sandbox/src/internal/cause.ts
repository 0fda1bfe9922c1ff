/** The cause of an internal failure, in one line that a reply may carry. */

const LIMIT = 300

const textOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause === "string" ? cause : "an unknown cause"

/** Without line breaks, and cut where it is long. */
export const describe = (cause: unknown): string => textOf(cause).replaceAll(/\s+/g, " ").slice(0, LIMIT)
