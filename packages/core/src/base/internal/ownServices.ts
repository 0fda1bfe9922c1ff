import * as Layer from "effect/Layer"

/**
 * A layer that shares no service with a layer around it. Without this, a program on one account that runs inside a
 * program on another would get the services of the outer one, since layers without options are built once.
 */
export const ownServices = <A, E, R>(layer: Layer.Layer<A, E, R>): Layer.Layer<A, E, R> =>
  Layer.suspend(() => Layer.fresh(layer))
