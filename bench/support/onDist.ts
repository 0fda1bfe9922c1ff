/**
 * Resolves `@iiif-ingest/*` as in the published packages (`publishConfig`): to `dist` instead of `src`. Runs from
 * `bench/dist`.
 */
import { registerHooks } from "node:module"

const packages = new URL("../../../packages/", import.meta.url)

registerHooks({
  resolve: (specifier, context, next) => {
    const [scope, name = "", module = "index"] = specifier.split("/")
    return scope === "@iiif-ingest"
      ? { url: new URL(`${name}/dist/${module}.js`, packages).href, shortCircuit: true }
      : next(specifier, context)
  }
})
