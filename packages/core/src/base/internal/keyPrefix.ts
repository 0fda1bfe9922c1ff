/** The one spelling of the bucket's root. An empty prefix never means the root, since it is easily given by accident. */
const root = "/"

/** A folder of the bucket, without `.` and `..`, which HTTP clients remove from addresses; or its root. */
export const keyPrefixPattern =
  /^(?:\/|(?=.{1,500}$)(?:(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*)$/

export const keyPrefixExpected = "a folder name such as images, or / for the root of the bucket"

/** The key of an object in a folder of the bucket or, with prefix `/`, at its root. */
export const keyIn = (prefix: string, name: string): string => prefix === root ? name : `${prefix}/${name}`
