/** The scripts and styles of the pages, and the vendored viewers. Each is read when it is first asked for. */
import * as Effect from "effect/Effect"
import { readFile } from "node:fs/promises"
import * as Conditional from "../http/conditional.ts"
import type { Exchange } from "../http/exchange.ts"
import type * as Reply from "../http/reply.ts"
import { SAFE } from "./headers.ts"

// The same place seen from `src` and from `dist`.
const PACKAGE = new URL("../../../", import.meta.url)

const FILES: Readonly<Record<string, readonly [path: string, type: string]>> = {
  "style.css": ["static/style.css", "text/css; charset=utf-8"],
  "icon.svg": ["static/icon.svg", "image/svg+xml"],
  "live.js": ["static/live.js", "text/javascript; charset=utf-8"],
  "viewer.js": ["static/viewer.js", "text/javascript; charset=utf-8"],
  "asset.js": ["static/asset.js", "text/javascript; charset=utf-8"],
  "mirador.min.js": ["vendor/mirador/mirador.min.js", "text/javascript; charset=utf-8"],
  "openseadragon.min.js": ["vendor/openseadragon/openseadragon.min.js", "text/javascript; charset=utf-8"]
}

export interface StaticFiles {
  /** `undefined` where there is no such file. */
  readonly answer: (exchange: Exchange, name: string) => Effect.Effect<Reply.Reply> | undefined
}

const load = ([path, type]: readonly [path: string, type: string]) =>
  Effect.map(Effect.promise(() => readFile(new URL(path, PACKAGE))), (body): Reply.Reply => ({
    status: 200,
    headers: {
      ...SAFE,
      "content-type": type,
      ...Conditional.validators(Conditional.etagOf(body))
    },
    body
  }))

export const make = (): StaticFiles => {
  const loaded = new Map<string, Reply.Reply>()
  return {
    answer: (exchange, name) => {
      const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined
      if (file === undefined) return undefined
      const known = loaded.get(name)
      const full = known === undefined
        ? Effect.tap(load(file), (reply) => Effect.sync(() => loaded.set(name, reply)))
        : Effect.succeed(known)
      return Effect.map(full, (reply) => Conditional.fresh(exchange, reply))
    }
  }
}
