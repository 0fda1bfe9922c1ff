/** Generates the same values in every run; `SEED` selects others. */
import { Arbitrary } from "effect"

Arbitrary.configureGlobal({ check: { seed: process.env["SEED"] ?? "iiif-ingest" } })
