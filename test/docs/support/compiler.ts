/** Opens files as a project with the TypeScript compiler's API. */
import * as Fs from "node:fs"
import * as Path from "node:path"
import { API, type Project } from "typescript/unstable/sync"
import { root } from "./workspace.ts"

/** Makes a folder that git ignores, inside the workspace so that imports resolve as they do in tests. */
export const makeFolder = (): string => {
  const parent = Path.join(root, "test/docs/.generated")
  Fs.mkdirSync(parent, { recursive: true })
  return Fs.mkdtempSync(`${parent}${Path.sep}`)
}

export interface Compiler {
  readonly project: Project
  readonly close: () => void
}

/** Opens the files as a project configured in the folder. The compiler keeps running until it is closed. */
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
        // An example may define something without using it.
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
