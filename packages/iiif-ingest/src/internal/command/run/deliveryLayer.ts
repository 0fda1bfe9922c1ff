/** The layer of commands that ask the delivery side and keep what they see in the journal: no credentials. */
import * as ProxySettings from "@iiif-ingest/core/config/ProxySettings"
import * as Manifests from "@iiif-ingest/core/mps/Manifests"
import * as Pace from "@iiif-ingest/core/mps/Pace"
import * as HttpDelivery from "@iiif-ingest/lts-http/HttpDelivery"
import * as ProxiedHttpClient from "@iiif-ingest/node/ProxiedHttpClient"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { GlobalValues } from "../globals.ts"
import * as JournalOnly from "./journalOnly.ts"

const client = Layer.unwrap(Effect.map(ProxySettings.resolve({}), ProxiedHttpClient.layer))

/** `perSecond`: how many requests are sent in a second at most. */
export const layer = (globals: GlobalValues, perSecond: number) =>
  Layer.mergeAll(
    HttpDelivery.layer().pipe(Layer.provide(client)),
    Manifests.layer.pipe(Layer.provide(SecureRandom.layerWebCrypto)),
    Pace.layer({ deliveryPerSecond: perSecond })
  ).pipe(Layer.provideMerge(JournalOnly.layer(globals)))
