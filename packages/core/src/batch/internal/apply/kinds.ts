/** Wrong settings that keep every manifest from being ingested. */
const wrongForAll = [
  "NoSuchBucket",
  "InvalidCredentials",
  "ClockSkew",
  "WrongRegion",
  "ChecksumsUnsupported",
  "Unauthorized",
  "Forbidden",
  "TokenUnavailable",
  "Redirected",
  "NotFound"
] as const

/** The kinds of problems, by the tags of errors and of their reasons. */
const kinds = {
  input: [
    "PlanRefused",
    "PlanInvalid",
    "InputInvalid",
    "ManifestError",
    "AssetError",
    "SourceFailed",
    "SourceChanged",
    "IdInvalid",
    "IdCollision",
    "IdTaken",
    "CannotCompare",
    "ObjectNameInvalid",
    "KeyPrefixInvalid",
    "KeyCollision",
    "DescriptionInvalid",
    "SizeDiffers",
    "FixityMismatch",
    "FixityListInvalid"
  ],
  configuration: ["MpsConfigError", "AccessDenied", "ExpiredCredentials", ...wrongForAll],
  unreachable: [
    "Unreachable",
    "ConnectionLost",
    "TimedOut",
    "Throttled",
    "Unavailable",
    "Challenged",
    "ChecksumMismatch"
  ],
  unknown: ["SubmissionUnknown", "NoJobId"],
  journal: ["JournalError"]
} as const

export type Kind = keyof typeof kinds

const byTag: ReadonlyMap<string, Kind> = new Map([
  ...kinds.input.map((tag) => [tag, "input"] as const),
  ...kinds.configuration.map((tag) => [tag, "configuration"] as const),
  ...kinds.unreachable.map((tag) => [tag, "unreachable"] as const),
  ...kinds.unknown.map((tag) => [tag, "unknown"] as const),
  ...kinds.journal.map((tag) => [tag, "journal"] as const)
])

/** The kind of a problem, by the tag of an error or of its reason; `undefined` for one that is in no list. */
export const kindOfTag = (tag: string | undefined): Kind | undefined => byTag.get(tag ?? "")

const everywhere: ReadonlySet<string> = new Set([...wrongForAll, ...kinds.journal])

/** Whether an error, or its reason, keeps every other manifest from being ingested too. */
export const isEverywhere = (tag: string | undefined): boolean => everywhere.has(tag ?? "")
