/** Keeps what runs in this process from reaching any network but loopback. */
import * as Net from "node:net"

const loopback = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/

/** Host of a call of `connect`, in any of its forms; `undefined` for the default, which is localhost, and for pipes. */
const hostOf = (call: ReadonlyArray<unknown>): unknown => {
  const [first, second] = Array.isArray(call[0]) ? call[0] : call
  if (typeof first === "object" && first !== null) return "host" in first ? first.host : undefined
  return typeof second === "string" ? second : undefined
}

/** From now on connecting elsewhere throws. Returns what undoes it. */
export const onlyLoopback = (): () => void => {
  const connect = Net.Socket.prototype.connect
  Net.Socket.prototype.connect = new Proxy(connect, {
    apply: (target, socket, call) => {
      const host = hostOf(call) ?? "localhost"
      if (typeof host !== "string" || !loopback.test(host)) throw new Error(`An example reaches out to ${String(host)}`)
      return Reflect.apply(target, socket, call)
    }
  })
  return () => {
    Net.Socket.prototype.connect = connect
  }
}
