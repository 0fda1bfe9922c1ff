/**
 * Runs a program as the main one of a Node process.
 *
 * @since 0.1.0
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { redacted } from "@iiif-ingest/core/base/Reason"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"

/** The program failed with an error whose message has been printed: `runMain` only sets the exit code. */
class Reported extends Data.Error<{ readonly [Runtime.errorExitCode]: number }> {
  override readonly [Runtime.errorReported] = false
}

const report = <E>(error: E): Effect.Effect<never, E | Reported> =>
  error instanceof Error && error.message !== "" && Runtime.getErrorReported(error)
    ? Effect.andThen(
      Console.error(redacted(error.message)),
      Effect.fail(new Reported({ [Runtime.errorExitCode]: Runtime.getErrorExitCode(error) }))
    )
    : Effect.fail(error)

/**
 * Like `NodeRuntime.runMain`, but prints an error that the program fails with as its message alone, on standard error:
 * it says what is wrong and what to do, which a stack would only hide. What is not expected (a defect) is still printed
 * with its stack, for whoever has to mend it.
 *
 * @example
 * ```ts
 * import { Console, Effect } from "effect"
 * import { IngestImage, ingestProgram, IngestReport, Live, Main } from "iiif-ingest"
 *
 * const program = ingestProgram({
 *   images: [IngestImage.file("scans/001.tif", { label: "Title page" })],
 *   manifest: { name: "HAMLET", label: "Hamlet" }
 * }).pipe(Effect.flatMap((report) => Console.log(IngestReport.describe(report))))
 *
 * const main = () => Main.run(Effect.provide(program, Live.layerConfig))
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const run = <A, E>(program: Effect.Effect<A, E>): void => NodeRuntime.runMain(Effect.catch(program, report))
