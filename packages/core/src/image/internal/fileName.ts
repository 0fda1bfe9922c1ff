/** The last segment of a path, as any system writes it. */
export const baseName = (path: string): string =>
  path.replaceAll("\\", "/").split("/").findLast((part) => part !== "") ?? path

/** A name or path without what ends its last segment. */
export const withoutExtension = (name: string): string => name.replace(/\.[^./\\]+$/, "")
