/** The data directory, its lock, the recorded port and the control token. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomBytes } from "node:crypto"
import { dirname, join, resolve } from "node:path"
import type { DirectoryLocked } from "../../SandboxError.ts"
import { DirectoryForeign, PortRecorded, Unreadable } from "../../SandboxError.ts"
import * as Files from "./files.ts"
import * as Lock from "./lock.ts"

const ConfigText = Schema.fromJsonString(Schema.Struct({ version: Schema.Literal(1), port: Schema.Int }))
const decodeConfig = Schema.decodeUnknownEffect(ConfigText)
const encodeConfig = Schema.encodeSync(ConfigText)

export const baseOf = (port: number): string => `http://127.0.0.1:${port}`

const CONFIG = "config.json"
const TOKEN = "control-token"

const configPath = (directory: string) => join(directory, CONFIG)
const tokenPath = (directory: string) => join(directory, TOKEN)

/**
 * Creates a directory and those above it that are missing. Node's recursive `mkdir` tries the same one for ever where
 * the file system answers ENOENT although the parent exists, as `/proc` does.
 */
const make = (fs: FileSystem.FileSystem, directory: string): Effect.Effect<void, PlatformError> =>
  Effect.gen(function*() {
    if (yield* fs.exists(directory)) return
    if (dirname(directory) !== directory) yield* make(fs, dirname(directory))
    yield* fs.makeDirectory(directory).pipe(
      Effect.catchIf(({ reason }) => reason._tag === "AlreadyExists", () => Effect.void)
    )
  })

/** What is there before the token, or is nobody's: hidden files, and those that file systems and desktops make. */
const INNOCENT = /^(?:\..*|lock(?:\..*)?|config\.json|control-token\..*|lost\+found|Thumbs\.db|desktop\.ini)$/

/** A reset deletes what is in folders such as `assets`, so these must not be another program's. */
const refuseForeign = Effect.fnUntraced(function*(fs: FileSystem.FileSystem, directory: string) {
  if (yield* fs.exists(tokenPath(directory))) return
  const found = (yield* fs.readDirectory(directory)).filter((name) => !INNOCENT.test(name)).sort()
  if (found.length > 0) return yield* new DirectoryForeign({ directory, found })
})

/** The token of the control API: anyone who can read its file may change fault rules over HTTP. */
const ensureToken = Effect.fnUntraced(function*(fs: FileSystem.FileSystem, directory: string) {
  const path = tokenPath(directory)
  if (!(yield* fs.exists(path))) yield* Files.writeAtomic(fs, path, randomBytes(24).toString("base64url"), 0o600)
})

/**
 * Opens and locks the directory, or creates a temporary one that is removed with the scope. The token is the first file
 * in it: it tells a directory of the sandbox from any other.
 */
export const open = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  path: string | undefined
): Effect.fn.Return<string, PlatformError | DirectoryForeign | DirectoryLocked, Scope.Scope> {
  const directory = path === undefined
    ? yield* fs.makeTempDirectoryScoped({ prefix: "iiif-ingest-sandbox-" })
    : resolve(path)
  if (path !== undefined) {
    yield* make(fs, directory)
    yield* refuseForeign(fs, directory)
    yield* Lock.acquire(fs, directory)
  }
  yield* ensureToken(fs, directory)
  return directory
})

/** The port recorded by an earlier start, if any. */
export const recordedPort = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<number | undefined, PlatformError | Unreadable> {
  const path = configPath(directory)
  // Without a token, the file is another program's.
  if (!(yield* fs.exists(tokenPath(directory))) || !(yield* fs.exists(path))) return undefined
  const text = yield* fs.readFileString(path)
  return yield* Effect.mapBoth(decodeConfig(text), {
    onFailure: () => new Unreadable({ what: `The sandbox's configuration ${path}` }),
    onSuccess: ({ port }) => port
  })
})

export const recordPort = (fs: FileSystem.FileSystem, directory: string, port: number) =>
  Files.writeAtomic(fs, configPath(directory), encodeConfig({ version: 1, port }))

/** The port to listen on; 0 picks a free one. */
export const choosePort = (
  requested: number,
  recorded: number | undefined,
  rebase: boolean
): Effect.Effect<number, PortRecorded> =>
  recorded === undefined || rebase || requested === 0 || requested === recorded
    ? Effect.succeed(requested === 0 ? recorded ?? 0 : requested)
    : Effect.fail(new PortRecorded({ recorded, requested }))

const escapeSlashes = (text: string) => text.replaceAll("/", "\\/")

/**
 * Rewrites the old base URL in stored JSON documents. Nothing else ever changes a manifest's bytes, so this happens
 * only on request. The new port is recorded afterwards, so that an interrupted rebase is repeated.
 */
export const rebase = (folder: Files.Folder, from: string, to: string): Effect.Effect<void, PlatformError> => {
  const rewrite = (text: string) =>
    text.replaceAll(`${from}/`, `${to}/`).replaceAll(escapeSlashes(`${from}/`), escapeSlashes(`${to}/`))
  const rewriteFile = (name: string) =>
    Effect.flatMap(folder.get(name), (text) => rewrite(text) === text ? Effect.void : folder.put(name, rewrite(text)))
  return Effect.flatMap(folder.names, (names) => Effect.forEach(names, rewriteFile, { discard: true }))
}

/** Short enough for a header field, and too long to be guessed. */
const TOKEN_FORM = /^[\w-]{32,200}$/

export const controlToken = Effect.fnUntraced(function*(
  fs: FileSystem.FileSystem,
  directory: string
): Effect.fn.Return<string, PlatformError | Unreadable> {
  const path = tokenPath(directory)
  const token = yield* fs.readFileString(path)
  return TOKEN_FORM.test(token) ? token : yield* new Unreadable({ what: `The control token ${path}` })
})
