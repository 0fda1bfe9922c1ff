/** Checks that the commands in shell blocks exist. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { packages, root } from "./workspace.ts"

export interface Command {
  readonly program: string
  readonly args: ReadonlyArray<string>
}

/** The simple commands of a script, those in `$(...)` included, without comments, assignments and quoted text. */
export const commandsIn = (script: string): ReadonlyArray<Command> => {
  const text = script.replaceAll(/(^|\s)#.*$/gm, "$1").replaceAll(/\\\n/g, " ")
  const inner = Array.from(text.matchAll(/\$\(([^)]*)\)/g), ([, command = ""]) => command)
  return [text.replaceAll(/"[^"]*"|'[^']*'/g, "''"), ...inner].join("\n").split(/\n|&&|\|\|?|;/).flatMap((line) => {
    const words = line.trim().split(/\s+/).filter((word) => word !== "")
    const [program, ...args] = words.slice(words.findIndex((word) => !/^\w+=/.test(word)))
    return program === undefined || /^\w+=/.test(program) ? [] : [{ program, args }]
  })
}

/** Programs that are not part of this workspace. */
const system = new Set(["cat", "cd", "curl", "eval", "export", "git", "node"])

const scripts = packages.find(({ folder }) => folder === ".")?.scripts ?? {}

const published = packages.filter((one) => !one.private)

const installable = new Set([
  ...published.map(({ name }) => name),
  ...published.flatMap(({ peerDependencies }) => Object.keys(peerDependencies ?? {})),
  "@effect/platform-node"
])

/** The file of a command that a package of this workspace installs. */
export const binOf = (name: string): string | undefined => {
  const owner = packages.find(({ bin }) => bin?.[name] !== undefined)
  return owner === undefined ? undefined : Path.join(root, owner.folder, owner.bin?.[name] ?? "")
}

const executable = (name: string): ReadonlyArray<string> =>
  binOf(name) !== undefined || Fs.existsSync(Path.join(root, "node_modules/.bin", name))
    ? []
    : [`no package has the command ${name}`]

/** Arguments that look like paths of this workspace. */
const missingFiles = (args: ReadonlyArray<string>): ReadonlyArray<string> =>
  args.filter((arg) => /^[\w.][\w.-]*\/[\w./-]*$/.test(arg) && !Fs.existsSync(Path.join(root, arg)))
    .map((arg) => `there is no file ${arg}`)

const npmProblems = ([verb = "", ...args]: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (verb === "install") {
    return args.filter((arg) => !arg.startsWith("-") && !installable.has(arg)).map((arg) => `cannot install ${arg}`)
  }
  const script = verb === "run" ? args[0] ?? "" : verb
  return script in scripts ? [] : [`there is no npm script ${script}`]
}

/** What is wrong with a command. */
export const problemsOf = ({ args, program }: Command): ReadonlyArray<string> => {
  if (program === "npm") return npmProblems(args)
  if (program === "npx") {
    const [name = "", ...rest] = args
    return [...executable(name), ...missingFiles(rest)]
  }
  return system.has(program) ? [] : [`unknown command ${program}`]
}
