/** The same generated values in every run; `SEED` chooses others. */
import { Arbitrary } from "effect"

Arbitrary.configureGlobal({ check: { seed: process.env["SEED"] ?? "iiif-ingest" } })
