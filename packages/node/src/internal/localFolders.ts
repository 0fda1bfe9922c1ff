import { dirname } from "node:path"
import { isLocal, isNumbered, type StatFs } from "./fileSystemType.ts"

/** How many folders are remembered: files mostly come folder by folder. */
const maxFolders = 64

/**
 * Makes a function that says whether the folder of a file is known to be on a local file system, at once where it has
 * said so before.
 */
export const make = (stat: typeof StatFs.Service) => {
  const known = new Map<string, boolean>()
  const remember = (folder: string, isLocal: boolean): boolean => {
    if (known.size >= maxFolders) known.clear()
    known.set(folder, isLocal)
    return isLocal
  }
  return (path: string): boolean | Promise<boolean> => {
    if (!isNumbered) return false
    const folder = dirname(path)
    return known.get(folder) ??
      stat(folder).then(({ type }) => remember(folder, isLocal(type)), () => remember(folder, false))
  }
}
