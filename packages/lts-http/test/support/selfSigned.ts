/** A certificate for 127.0.0.1 that nobody vouches for, since Node has keys and signatures but no way to make one. */
import { generateKeyPairSync, sign } from "node:crypto"

const der = (tag: number, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Buffer>) => der(0x30, ...parts)
const hex = (text: string) => Buffer.from(text, "hex")

/** sha256WithRSAEncryption, commonName and subjectAltName as object identifiers. */
const algorithm = sequence(hex("06092a864886f70d01010b"), hex("0500"))
const commonName = hex("0603550403")
const subjectAltName = hex("0603551d11")

export const selfSigned = (): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const name = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from("127.0.0.1")))))
  const utcTime = (text: string) => der(0x17, Buffer.from(text))
  const tbs = sequence(
    der(0xa0, der(0x02, hex("02"))),
    der(0x02, hex("01")),
    algorithm,
    name,
    sequence(utcTime("200101000000Z"), utcTime("491231235959Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(subjectAltName, der(0x04, sequence(der(0x87, hex("7f000001")))))))
  )
  const signature = sign("sha256", tbs, privateKey)
  const certificate = sequence(tbs, algorithm, der(0x03, hex("00"), signature))
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64")}\n-----END CERTIFICATE-----\n`
  }
}
