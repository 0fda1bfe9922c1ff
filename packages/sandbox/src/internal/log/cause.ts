/** The cause of an internal failure, in one line that a reply may carry. */
import { PlatformError } from "effect/PlatformError"

const LIMIT = 400

/** What could not be done with which file, and what the system says of it, as that the disk is full. */
export const ofPlatform = ({ message, reason: { cause } }: PlatformError): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message

const textOf = (cause: unknown): string =>
  cause instanceof PlatformError
    ? `${cause.name}: ${ofPlatform(cause)}`
    : cause instanceof Error
    ? `${cause.name}: ${cause.message}`
    : typeof cause === "string"
    ? cause
    : "an unknown cause"

/** Without line breaks, and cut where it is long. */
export const describe = (cause: unknown): string => textOf(cause).replaceAll(/\s+/g, " ").slice(0, LIMIT)
