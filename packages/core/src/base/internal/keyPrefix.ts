/** The one spelling of the bucket's root. An empty prefix never means the root, since it is easily given by accident. */
const root = "/"

/** The name of a folder, except `.` and `..`, which HTTP clients remove from addresses. */
const folder = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+"

/** Up to 500 characters: a key has at most 1,024 bytes. */
export const keyPrefixPattern = new RegExp(`^(?:/|(?=.{1,500}$)${folder}(?:/${folder})*)$`)

export const keyPrefixExpected = "a folder name such as images, or / for the root of the bucket"

/** The key of an object in a folder of the bucket or, with prefix `/`, at its root. */
export const keyIn = (prefix: string, name: string): string => prefix === root ? name : `${prefix}/${name}`
