/** Restricts this process to loopback connections. */
import * as Net from "node:net"

const loopback = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/

/** The host in a call of `connect`, in any of its forms; `undefined` for the default (localhost) and for pipes. */
const hostOf = (call: ReadonlyArray<unknown>): unknown => {
  const [first, second] = Array.isArray(call[0]) ? call[0] : call
  if (typeof first === "object" && first !== null) return "host" in first ? first.host : undefined
  return typeof second === "string" ? second : undefined
}

/** Makes connections to any other host throw, until the returned function is called. */
export const onlyLoopback = (): () => void => {
  const connect = Net.Socket.prototype.connect
  Net.Socket.prototype.connect = new Proxy(connect, {
    apply: (target, socket, call) => {
      const host = hostOf(call) ?? "localhost"
      if (typeof host !== "string" || !loopback.test(host)) throw new Error(`An example connects to ${String(host)}`)
      return Reflect.apply(target, socket, call)
    }
  })
  return () => {
    Net.Socket.prototype.connect = connect
  }
}
