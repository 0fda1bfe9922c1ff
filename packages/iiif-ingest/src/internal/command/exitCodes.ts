/** The exit codes, and which failure ends with which. `docs/command.md` has the same table. */

export const exitCodes = {
  /** All that was asked for is done; all of it is served. */
  done: 0,
  /** It is done, but not all of it is served, or there are failed rows or errors among the findings. */
  incomplete: 1,
  /** The command line or what it names (files, sheets, a plan, a manifest) is wrong, or the answer was no. */
  input: 2,
  /** Settings or credentials are missing or wrong. */
  configuration: 3,
  /** The service, the bucket or the network cannot be reached, or does not answer. */
  unreachable: 4,
  /** The service refused. */
  refused: 5,
  /** It is not known whether the service did it. */
  unknown: 6,
  /** The journal cannot be read or written. */
  journal: 7,
  /** A mistake in the command itself. */
  mistake: 70,
  /** Stopped by Ctrl-C, or SIGTERM. */
  interrupted: 130
} as const

/** An error, as far as its exit code depends on it. */
interface Failure {
  readonly _tag: string
  readonly reason?: { readonly _tag: string; readonly outcome?: "none" | "unknown" } | undefined
  readonly operation?: string | undefined
}

const byTag: Readonly<Record<string, number>> = {
  MpsConfigError: exitCodes.configuration,
  CredentialsError: exitCodes.configuration,
  SigningError: exitCodes.configuration,
  JournalError: exitCodes.journal,
  SubmissionUnknown: exitCodes.unknown,
  JobNotEnded: exitCodes.unknown,
  AskLts: exitCodes.refused
}

/** What a port's reason means, by its name. Those that are not here are of the input. */
const byReason: Readonly<Record<string, number>> = {
  Unauthorized: exitCodes.configuration,
  TokenUnavailable: exitCodes.configuration,
  NoSuchBucket: exitCodes.configuration,
  AccessDenied: exitCodes.configuration,
  InvalidCredentials: exitCodes.configuration,
  ExpiredCredentials: exitCodes.configuration,
  ClockSkew: exitCodes.configuration,
  WrongRegion: exitCodes.configuration,
  ChecksumsUnsupported: exitCodes.configuration,
  Redirected: exitCodes.configuration,
  Forbidden: exitCodes.refused,
  NotFound: exitCodes.refused,
  TooLarge: exitCodes.refused,
  Rejected: exitCodes.refused,
  Unreachable: exitCodes.unreachable,
  ConnectionLost: exitCodes.unreachable,
  TimedOut: exitCodes.unreachable,
  Throttled: exitCodes.unreachable,
  Unavailable: exitCodes.unreachable,
  Challenged: exitCodes.unreachable,
  Undecodable: exitCodes.unreachable,
  NoJobId: exitCodes.unknown
}

/** The exit code of a command that fails with this error. */
export const exitCodeOf = ({ _tag, operation, reason }: Failure): number => {
  const own = byTag[_tag]
  if (own !== undefined) return own
  if (reason === undefined) return exitCodes.input
  if (operation === "initialize" && reason.outcome === "unknown") return exitCodes.unknown
  return byReason[reason._tag] ?? exitCodes.input
}

const byKind: Readonly<Record<string, number>> = {
  input: exitCodes.input,
  configuration: exitCodes.configuration,
  unreachable: exitCodes.unreachable,
  refused: exitCodes.refused,
  unknown: exitCodes.unknown,
  journal: exitCodes.journal
}

/**
 * The exit code of work on many things that is not complete: that of the one cause, if nothing else happened, so that a
 * batch that met no service at all can be told from one of which two rows failed.
 */
export const exitCodeOfKinds = (kinds: ReadonlyArray<string | undefined>): number => {
  const [first, ...others] = new Set(kinds)
  return first === undefined || others.length > 0 ? exitCodes.incomplete : byKind[first] ?? exitCodes.incomplete
}
