import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Os from "node:os"
import * as Path from "node:path"
import process from "node:process"

const readFolder = (variable: string): Effect.Effect<string | undefined> =>
  Config.option(Config.String(variable)).pipe(
    // the XDG specification requires relative paths to be ignored
    Effect.map((value) => Option.getOrUndefined(Option.filter(value, Path.isAbsolute))),
    Effect.orDie
  )

/**
 * The folder for the user's application state. Sources: XDG Base Directory Specification 0.8 (`XDG_STATE_HOME`);
 * Apple's File System Programming Guide; Microsoft's known folder `LocalAppData`.
 */
export const stateFolder: Effect.Effect<string> = Effect.gen(function*() {
  const home = Os.homedir()
  switch (process.platform) {
    case "win32":
      return (yield* readFolder("LOCALAPPDATA")) ?? Path.join(home, "AppData", "Local")
    case "darwin":
      return Path.join(home, "Library", "Application Support")
    default:
      return (yield* readFolder("XDG_STATE_HOME")) ?? Path.join(home, ".local", "state")
  }
})
