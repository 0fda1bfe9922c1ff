/** Which addresses are those of the own network or machine, or none of a host at all. */
import * as Net from "node:net"

const listOf = (family: Net.IPVersion, networks: ReadonlyArray<readonly [network: string, prefix: number]>) => {
  const list = new Net.BlockList()
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family)
  return list
}

/** IANA's registry of special-purpose addresses, without those that are reachable from anywhere. */
const special4 = listOf("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3]
])

/** Whatever is not global unicast, and what is special within it. A list of its own: the other's are mapped into it. */
const special6 = listOf("ipv6", [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20]
])

/** The eight groups of an IPv6 address. */
const groupsOf = (address: string): ReadonlyArray<number> => {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const [, before = "", a, b, c, d] = dotted ?? []
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16)
  const text = dotted === null ? address : `${before}${hex(a, b)}:${hex(c, d)}`
  const [head = "", tail] = text.split("::")
  const groups = (part: string) => part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16))
  const [left, right] = [groups(head), groups(tail ?? "")]
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
}

const dotted = (high = 0, low = 0): string => [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".")

/** The IPv4 address within an IPv6 one: mapped or translated (RFC 4291, 6052), or that of a 6to4 relay (RFC 3056). */
const embedded = (groups: ReadonlyArray<number>): string | undefined => {
  const starts = (...start: ReadonlyArray<number>) => start.every((group, index) => groups[index] === group)
  if (starts(0, 0, 0, 0, 0, 0xffff) || starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(groups[6], groups[7])
  return starts(0x2002) ? dotted(groups[1], groups[2]) : undefined
}

const withoutZone = (address: string): string => address.replace(/%.*$/, "")

/**
 * Whether an IP address is not one that is reachable from anywhere: private, loopback, link-local, unique local, shared
 * (CGNAT), unspecified, multicast, reserved or for documentation, also within an IPv6 address.
 */
export const isPrivate = (address: string): boolean => {
  const plain = withoutZone(address)
  const version = Net.isIP(plain)
  if (version === 4) return special4.check(plain, "ipv4")
  // what is no address is not connected to
  if (version === 0) return true
  const inner = embedded(groupsOf(plain))
  return inner === undefined ? special6.check(plain, "ipv6") : special4.check(inner, "ipv4")
}

/** The IP address that a URL's host is, without brackets; `undefined` for a name. */
export const literal = (hostname: string): string | undefined => {
  const plain = hostname.replace(/^\[(.*)\]$/, "$1")
  return Net.isIP(plain) === 0 ? undefined : plain
}
