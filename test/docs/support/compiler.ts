/** The TypeScript compiler's own API, over a project of given files. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { API, type Project } from "typescript/unstable/sync"
import { root } from "./workspace.ts"

/** A folder that git does not see, inside the workspace, so that imports resolve in it as they do in tests. */
export const makeFolder = (): string => {
  const parent = Path.join(root, "test/docs/.generated")
  Fs.mkdirSync(parent, { recursive: true })
  return Fs.mkdtempSync(`${parent}${Path.sep}`)
}

export interface Compiler {
  readonly project: Project
  readonly close: () => void
}

/** Opens the files as one project, with its configuration in the folder. Close it, or the compiler runs on. */
export const open = (folder: string, files: ReadonlyArray<string>): Compiler => {
  const config = Path.join(folder, "tsconfig.json")
  Fs.writeFileSync(
    config,
    JSON.stringify({
      extends: Path.join(root, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        incremental: false,
        noEmit: true,
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
        // An example that only defines something does not use it.
        noUnusedLocals: false,
        types: ["node"]
      },
      files
    })
  )
  const api = new API({ cwd: folder })
  const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects()
  if (project === undefined) throw new Error(`The compiler did not open ${config}`)
  return { project, close: () => api.close() }
}
