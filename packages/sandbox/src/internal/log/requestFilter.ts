/** Compiles a filter of the request log. */
import type { RequestFilter, RequestLogEntry } from "../../RequestLog.ts"
import * as Glob from "../glob.ts"

export const compile = ({ method, op, path }: RequestFilter): (entry: RequestLogEntry) => boolean => {
  const glob = path === undefined ? undefined : Glob.compile(path)
  return (entry) =>
    (method === undefined || entry.method === method) &&
    (op === undefined || entry.op === op) &&
    (glob === undefined || glob.test(entry.path.split("?", 1)[0] ?? ""))
}
