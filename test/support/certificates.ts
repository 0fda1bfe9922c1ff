/** Generates certificates, which Node has no API for. Source: RFC 5280. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { isIP } from "node:net"

export interface Certificate {
  readonly key: string
  readonly cert: string
}

const der = (tag: number, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Buffer>) => der(0x30, ...parts)
const hex = (text: string) => Buffer.from(text, "hex")

/** The object identifiers of sha256WithRSAEncryption, commonName, subjectAltName and basicConstraints. */
const algorithm = sequence(hex("06092a864886f70d01010b"), hex("0500"))
const commonName = hex("0603550403")
const subjectAltName = hex("0603551d11")
const basicConstraints = hex("0603551d13")

const nameOf = (text: string) => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))))
const utcTime = (text: string) => der(0x17, Buffer.from(text))

/** An IPv4 address or a host name. */
const altName = (host: string) =>
  isIP(host) === 4 ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host))

interface Subject {
  readonly name: string
  readonly publicKey: KeyObject
  readonly extension: Buffer
}

const certificate = (subject: Subject, issuer: string, issuerKey: KeyObject, serial: number): string => {
  const tbs = sequence(
    der(0xa0, der(0x02, hex("02"))),
    der(0x02, Buffer.from([serial])),
    algorithm,
    nameOf(issuer),
    sequence(utcTime("200101000000Z"), utcTime("491231235959Z")),
    nameOf(subject.name),
    subject.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(subject.extension))
  )
  const signed = sequence(tbs, algorithm, der(0x03, hex("00"), sign("sha256", tbs, issuerKey)))
  return `-----BEGIN CERTIFICATE-----\n${signed.toString("base64")}\n-----END CERTIFICATE-----\n`
}

const newKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 })
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString()
const extension = (id: Buffer, value: Buffer) => sequence(id, der(0x04, value))
const forHosts = (hosts: ReadonlyArray<string>) => extension(subjectAltName, sequence(...hosts.map(altName)))

/** A self-signed certificate for 127.0.0.1. */
export const selfSigned = (): Certificate => {
  const { privateKey, publicKey } = newKey()
  const subject = { name: "127.0.0.1", publicKey, extension: forHosts(["127.0.0.1"]) }
  return { key: pem(privateKey), cert: certificate(subject, subject.name, privateKey, 1) }
}

/** A certificate authority, such as a university's network may have, and a certificate that it issued for hosts. */
export const authorityFor = (hosts: ReadonlyArray<string>): Certificate & { readonly authority: string } => {
  const root = newKey()
  const leaf = newKey()
  const isAuthority = extension(basicConstraints, sequence(hex("0101ff")))
  const authority = { name: "Test authority", publicKey: root.publicKey, extension: isAuthority }
  const server = { name: hosts[0] ?? "server", publicKey: leaf.publicKey, extension: forHosts(hosts) }
  return {
    authority: certificate(authority, authority.name, root.privateKey, 1),
    key: pem(leaf.privateKey),
    cert: certificate(server, authority.name, root.privateKey, 2)
  }
}
