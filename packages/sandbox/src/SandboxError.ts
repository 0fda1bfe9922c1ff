/**
 * Why a sandbox could not start.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Another program listens on the port.
 *
 * @category errors
 * @since 0.1.0
 */
export class PortInUse extends Schema.TaggedError<PortInUse>()("PortInUse", { port: Schema.Int }) {
  override get message() {
    return `Port ${this.port} is in use by another program: stop it, or choose another port (0 is any that is free)`
  }
}

/**
 * The data directory was made under another port, which the ids in it carry.
 *
 * @category errors
 * @since 0.1.0
 */
export class PortRecorded extends Schema.TaggedError<PortRecorded>()("PortRecorded", {
  recorded: Schema.Int,
  requested: Schema.Int
}) {
  override get message() {
    return `The data directory belongs to port ${this.recorded}, not ${this.requested}, and stored ids carry it: ` +
      `leave the port out, or ask for --rebase to rewrite them`
  }
}

/**
 * A second sandbox on one data directory.
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
      `stop that one, or choose another directory`
  }
}

/**
 * A file of the data directory, or a key that was handed over, cannot be understood.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreadable extends Schema.TaggedError<Unreadable>()("Unreadable", { what: Schema.String }) {
  override get message() {
    return `${this.what} cannot be read as what it should be: mend or remove it`
  }
}

/**
 * The file system refused something.
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
 * The one error of `Sandbox.layer`.
 *
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  reason: Schema.Union([PortInUse, PortRecorded, DirectoryLocked, Unreadable, StorageFailed])
}) {
  override get message() {
    return this.reason.message
  }
}
