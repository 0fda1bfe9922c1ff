/** Paths of a plan, in text: a plan made on one system is read on another. */

const isAbsolute = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path)

const withoutEnd = (folder: string): string => folder.length > 1 ? folder.replace(/[/\\]+$/, "") : folder

/** A path below a folder, or as it is if it is absolute. */
export const below = (folder: string, path: string): string => {
  if (isAbsolute(path)) return path
  if (path === ".") return folder
  const start = withoutEnd(folder)
  return start.endsWith("/") ? `${start}${path}` : `${start}/${path}`
}

/** The path of a folder below another, with forward slashes; `undefined` if it is not below it. */
export const relative = (folder: string, path: string): string | undefined => {
  const [from, to] = [folder, path].map((text) => withoutEnd(text.replaceAll("\\", "/")))
  if (from === undefined || to === undefined) return undefined
  if (from === to) return "."
  const start = from === "/" ? from : `${from}/`
  return to.startsWith(start) ? to.slice(start.length) : undefined
}

/** Whether a path climbs out of the folder that it is relative to. */
export const climbs = (path: string): boolean => path.split(/[/\\]/).includes("..")

/** The folder and the name of an object key. */
export const keyParts = (key: string): readonly [keyPrefix: string, name: string] => {
  const at = key.lastIndexOf("/")
  return at === -1 ? ["/", key] : [key.slice(0, at), key.slice(at + 1)]
}
