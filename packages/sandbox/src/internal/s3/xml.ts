/** Writes the XML of S3 responses. */

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&apos;" }

const isControl = (char: string): boolean => char < " " || (char >= "\u007f" && char <= "\u009f")

// A key may contain control characters. S3 writes them as references, which XML 1.0 parsers may reject; that is why
// listings support `encoding-type=url`.
const escape = (text: string): string =>
  text.replace(
    /[&<>"']|\p{Cc}/gu,
    (char) => isControl(char) ? `&#x${char.charCodeAt(0).toString(16)};` : escapes[char] ?? char
  )

/** An element; `undefined` children are omitted. */
export const element = (
  name: string,
  content: string | number | boolean | ReadonlyArray<string | undefined>
): string =>
  `<${name}>${
    Array.isArray(content) ? content.filter((child) => child !== undefined).join("") : escape(`${content}`)
  }</${name}>`

/** An element, or undefined if there is no value. */
export const optional = (name: string, content: string | number | undefined): string | undefined =>
  content === undefined ? undefined : element(name, content)

const prolog = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/** A result document in the namespace of the S3 API. */
export const document = (name: string, children: ReadonlyArray<string | undefined>): string =>
  prolog + element(name, children).replace(`<${name}>`, `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)

/** An error document, which has no namespace in S3. */
export const errorDocument = (fields: Readonly<Record<string, string>>): string =>
  prolog + element("Error", Object.entries(fields).map(([name, value]) => element(name, value)))
