/** Programs of the benchmark run on Node itself, with our packages as they are published: the JavaScript in `dist`. */
import * as Path from "node:path"

const built = Path.join(import.meta.dirname, "..", "dist")

/** The arguments of `node` that run a program of `programs/`, once it is built; `flags` are Node's own. */
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
