/** The body of an S3 error, with the field names of the SDK's errors. */
export interface FaultXml {
  readonly name: string
  readonly message: string
  readonly Code?: string
  readonly Region?: string
  readonly $responseBodyText: string
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: "\"", apos: "'" }

const codePoint = (text: string): string => {
  const code = /^x/i.test(text) ? Number.parseInt(text.slice(1), 16) : Number.parseInt(text, 10)
  return code <= 0x10_ffff ? String.fromCodePoint(code) : ""
}

const decoded = (xml: string): string =>
  xml.replace(
    /&(?:#(x[\da-f]+|\d+)|(\w+));/gi,
    (whole, code?: string, name?: string) => code === undefined ? entities[name ?? ""] ?? whole : codePoint(code)
  )

const element = (xml: string, name: string): string | undefined => {
  const found = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1]
  return found === undefined ? undefined : decoded(found)
}

/** Reads `<Error>`. A body without a code is not S3's. Source: Amazon S3 API Reference, "Error responses". */
export const read = (body: string): FaultXml => {
  const error = /<Error(?:\s[^>]*)?>[^]*/.exec(body)?.[0]
  const code = error === undefined ? undefined : element(error, "Code")
  if (error === undefined || code === undefined) {
    const message = body === "" ? "UnknownError" : "Deserialization error"
    return { name: "UnknownError", message, $responseBodyText: body }
  }
  const region = element(error, "Region")
  return {
    name: code,
    message: element(error, "Message") ?? "",
    Code: code,
    ...(region === undefined ? {} : { Region: region }),
    $responseBodyText: body
  }
}
