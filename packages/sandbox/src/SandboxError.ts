/**
 * The reasons a sandbox cannot start, or cannot do what it is asked.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Another program is listening on the port.
 *
 * @category errors
 * @since 0.1.0
 */
export class PortInUse extends Schema.TaggedError<PortInUse>()("PortInUse", { port: Schema.Int }) {
  override get message() {
    return `Port ${this.port} is in use by another program: stop it, or choose another port (0 picks a free one)`
  }
}

/**
 * The data directory was created for another port, which is part of the ids stored in it.
 *
 * @category errors
 * @since 0.1.0
 */
export class PortRecorded extends Schema.TaggedError<PortRecorded>()("PortRecorded", {
  recorded: Schema.Int,
  requested: Schema.Int
}) {
  override get message() {
    return `The data directory belongs to port ${this.recorded}, not ${this.requested}, and its stored ids contain ` +
      `that port: omit the port, or use --rebase to rewrite the ids`
  }
}

/**
 * Another sandbox is using the data directory.
 *
 * @category errors
 * @since 0.1.0
 */
export class DirectoryLocked extends Schema.TaggedError<DirectoryLocked>()("DirectoryLocked", {
  directory: Schema.String,
  pid: Schema.Int
}) {
  override get message() {
    return `The data directory ${this.directory} is used by another sandbox (process ${this.pid}): ` +
      `stop that sandbox, or choose another directory`
  }
}

/**
 * The data directory has files, and was not made by a sandbox. Resetting the sandbox would delete some of them.
 *
 * @category errors
 * @since 0.1.0
 */
export class DirectoryForeign extends Schema.TaggedError<DirectoryForeign>()("DirectoryForeign", {
  directory: Schema.String,
  found: Schema.Array(Schema.String)
}) {
  override get message() {
    const more = this.found.length > 3 ? ", ..." : ""
    return `The folder ${this.directory} has files that are not the sandbox's (${this.found.slice(0, 3).join(", ")}` +
      `${more}), which a reset might delete: choose a new or an empty folder`
  }
}

/**
 * A file in the data directory, or a key that was passed in, has invalid content.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", { what: Schema.String }) {
  override get message() {
    return `${this.what} cannot be read or has invalid content: fix or remove it`
  }
}

/**
 * A file system operation failed.
 *
 * @category errors
 * @since 0.1.0
 */
export class StorageFailed extends Schema.TaggedError<StorageFailed>()("StorageFailed", { detail: Schema.String }) {
  override get message() {
    return `The sandbox cannot use its data directory: ${this.detail}`
  }
}

/**
 * The error type of `Sandbox.layer`.
 *
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  reason: Schema.Union([PortInUse, PortRecorded, DirectoryForeign, DirectoryLocked, Unreadable, StorageFailed])
}) {
  override get message() {
    return this.reason.message
  }
}

/**
 * There is no snapshot of that name.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnknownSnapshot extends Schema.TaggedError<UnknownSnapshot>()("UnknownSnapshot", {
  known: Schema.Array(Schema.String)
}) {
  override get message() {
    const known = this.known.length === 0 ? "there is none yet" : `there are ${this.known.join(", ")}`
    return `The sandbox has no snapshot of this name: ${known}`
  }
}

/**
 * A snapshot cannot have that name.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadSnapshotName extends Schema.TaggedError<BadSnapshotName>()("BadSnapshotName", {}) {
  override get message() {
    return "The name of a snapshot has up to 64 letters, digits, periods, hyphens and underscores, starts with a " +
      "letter or a digit, and does not end with .partial, .tmp or .new"
  }
}

/**
 * The jobs' clock cannot be moved by the sandbox.
 *
 * @category errors
 * @since 0.1.0
 */
export class ClockRuns extends Schema.TaggedError<ClockRuns>()("ClockRuns", {}) {
  override get message() {
    return "The jobs' clock is not the sandbox's to move: start the sandbox with a manual clock, or move your own"
  }
}

/**
 * The demo seed could not be brought in, because of a fault rule perhaps.
 *
 * @category errors
 * @since 0.1.0
 */
export class SeedFailed extends Schema.TaggedError<SeedFailed>()("SeedFailed", { detail: Schema.String }) {
  override get message() {
    return `The demo seed could not be brought in: ${this.detail}`
  }
}
