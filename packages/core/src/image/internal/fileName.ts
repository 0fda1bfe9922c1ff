/** The last segment of a path, with slashes or backslashes. */
export const baseName = (path: string): string =>
  path.replaceAll("\\", "/").split("/").findLast((part) => part !== "") ?? path

/** A name or path without its file extension. */
export const withoutExtension = (name: string): string => name.replace(/\.[^./\\]+$/, "")
