/** `start`: runs a sandbox until it is interrupted. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Sandbox, type SandboxOptions, type TrustedKey } from "../../Sandbox.ts"
import * as Connection from "../connection.ts"
import * as DataDirectory from "../state/dataDirectory.ts"
import * as FaultFlags from "./faultFlags.ts"
import * as Flags from "./flags.ts"
import * as PolicyGroups from "./policyGroups.ts"
import * as Quote from "./quote.ts"
import * as RegularFile from "./regularFile.ts"
import { seedFirst } from "./seedFirst.ts"

const flags = {
  ...FaultFlags.flags,
  port: Flags.port.pipe(
    Flag.optional,
    Flag.withDescription(
      `Port on 127.0.0.1; 0 picks a free one (default: the port recorded in --data, or ${Flags.DEFAULT_PORT})`
    )
  ),
  data: Flag.Directory("data").pipe(
    Flag.optional,
    Flag.withDescription("Folder that keeps all data across restarts; without it, all data is deleted on exit")
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Print the settings and credentials that a client needs as one JSON object")
  ),
  seed: Flags.seed,
  namespaces: Flags.namespaces,
  policyGroups: PolicyGroups.flag,
  rebase: Flag.Boolean("rebase").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Allow a different port for --data and rewrite the ids stored in it")
  ),
  trust: Flag.KeyValuePair("trust").pipe(
    Flag.withDefault({}),
    Flag.withDescription("kid=public.pem: accept tokens signed by this key (repeatable)")
  ),
  childErrorLimit: Flag.Int("child-error-limit").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
    Flag.withDefault(10),
    Flag.withDescription("Number of failed assets that fails a job")
  ),
  imageSize: Flag.Literals("image-size", ["require", "warn"]).pipe(
    Flag.withDefault("require"),
    Flag.withDescription("How to treat a missing or wrong imageSize: reject it, or accept it with a warning")
  ),
  avItems: Flag.Literals("av-items", ["refuse", "accept"]).pipe(
    Flag.withDefault("refuse"),
    Flag.withDescription("Whether to accept requests with audio, video or text assets, which are ignored")
  )
}

const banner = (sandbox: Sandbox["Service"]): string =>
  [
    `Local MPS sandbox at ${sandbox.url}. Nothing here is published. Stop it with Ctrl-C.`,
    `Dashboard, pictures in a viewer, faults to switch on: ${sandbox.url}/`,
    "",
    Quote.shell(Connection.variables(sandbox), Connection.OVERRIDING)
  ].join("\n")

const readTrusted = (files: Readonly<Record<string, string>>) =>
  Effect.forEach(
    Object.entries(files),
    ([kid, path]) =>
      Effect.map(
        RegularFile.read(path, `The public key ${path} of --trust ${kid}`),
        (publicKeyPem): TrustedKey => ({ kid, publicKeyPem })
      )
  )

const recordedPort = Effect.fnUntraced(function*(directory: string) {
  return yield* DataDirectory.recordedPort(yield* FileSystem.FileSystem, directory)
})

const serve = (options: SandboxOptions, json: boolean, seeded: boolean) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox
    if (seeded) yield* seedFirst(sandbox, options.faults ?? [])
    yield* Console.log(json ? JSON.stringify(Connection.connection(sandbox)) : banner(sandbox))
    return yield* Effect.never
  }).pipe(Effect.provide(Sandbox.layer(options)))

export const start = Command.make(
  "start",
  flags,
  Effect.fnUntraced(function*({ data, fault, json, policyGroups, port, seed, trust, ...options }) {
    const dataDirectory = Option.getOrUndefined(data)
    const recorded = dataDirectory === undefined ? undefined : yield* recordedPort(dataDirectory)
    return yield* serve(
      {
        ...options,
        ...(dataDirectory === undefined ? {} : { dataDirectory }),
        port: Option.getOrElse(port, () => recorded ?? Flags.DEFAULT_PORT),
        trust: yield* readTrusted(trust),
        policyGroups: yield* PolicyGroups.read(policyGroups),
        faults: yield* FaultFlags.scenarios(fault)
      },
      json,
      Option.isSome(seed)
    )
  }, Effect.mapError(Flags.asUserError))
).pipe(Command.withDescription("Run a local MPS until interrupted"))
