/**
 * Resolves our packages as they are published (`publishConfig`): to `dist` instead of `src`. Runs from `bench/dist`.
 */
import { registerHooks } from "node:module"

const packages = new URL("../../../packages/", import.meta.url)

/** The folder of the package, and the path of the module unless it is the barrel: `@iiif-ingest/core/base/Ids`. */
const ours = /^(?:@iiif-ingest\/([^/]+)|(iiif-ingest|iiif-check))(?:\/(.+))?$/

registerHooks({
  resolve: (specifier, context, next) => {
    const [found, scoped, unscoped, module = "index"] = ours.exec(specifier) ?? []
    return found === undefined
      ? next(specifier, context)
      : { url: new URL(`${scoped ?? unscoped}/dist/${module}.js`, packages).href, shortCircuit: true }
  }
})
