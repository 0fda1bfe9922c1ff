/** The benchmark's programs run on plain Node, with our packages as published: the JavaScript in `dist`. */
import * as Path from "node:path"

const built = Path.join(import.meta.dirname, "..", "dist")

/** The arguments of `node` that run a built program of `programs/`; `flags` are options of Node. */
export const onNode = (
  program: string,
  args: ReadonlyArray<string> = [],
  flags: ReadonlyArray<string> = []
): ReadonlyArray<string> => [
  "--disable-warning=ExperimentalWarning",
  ...flags,
  "--import",
  Path.join(built, "support", "onDist.js"),
  Path.join(built, "programs", `${program}.js`),
  ...args
]
