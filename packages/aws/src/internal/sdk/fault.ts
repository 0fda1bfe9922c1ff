import { isObjectKeyword } from "effect/Predicate"

/** What is read from an error of the SDK. The error itself is not kept: it holds the request and its headers. */
export interface Fault {
  readonly name: string
  readonly message: string
  /** S3's code, such as `NoSuchBucket`; empty if the response had none. */
  readonly s3: string
  readonly region: string | undefined
  readonly bodyText: string
}

const text = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key)
  return typeof value === "string" ? value : ""
}

export const faultOf = (error: unknown): Fault => {
  const e = isObjectKeyword(error) ? error : {}
  return {
    name: text(e, "name"),
    message: text(e, "message"),
    s3: text(e, "Code"),
    region: text(e, "Region") || undefined,
    bodyText: text(e, "$responseBodyText")
  }
}

/** A credential provider failed, so nothing was signed or sent. */
export const isProviderFault = ({ name }: Fault): boolean => /^(?:Credentials|Token)ProviderError$/.test(name)

/** There is no region, or one that cannot be part of a host name. */
export const isRegionFault = ({ message }: Fault): boolean => /^Region (?:is missing|not accepted)/.test(message)

/** The response was not the XML that the SDK expected. */
export const isUnreadable = ({ message }: Fault): boolean => message.includes("Deserialization error")
