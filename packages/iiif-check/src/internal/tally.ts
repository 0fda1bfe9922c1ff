/** Counts documents by how they fared. */
import type { Checked } from "./checked.ts"

export interface Tally {
  readonly valid: number
  readonly warnings: number
  readonly errors: number
  readonly unchecked: number
}

export const none: Tally = { valid: 0, warnings: 0, errors: 0, unchecked: 0 }

export const kindOf = ({ errors, warnings }: Checked): keyof Tally =>
  errors > 0 ? "errors" : warnings > 0 ? "warnings" : "valid"

export const add = (tally: Tally, kind: keyof Tally): Tally => ({ ...tally, [kind]: tally[kind] + 1 })

/** 2 if something could not be checked, 1 if a document has errors, otherwise 0. */
export const exitCode = ({ errors, unchecked, warnings }: Tally, warningsAsErrors: boolean): number =>
  unchecked > 0 ? 2 : errors > 0 || (warningsAsErrors && warnings > 0) ? 1 : 0

export const summary = ({ errors, unchecked, valid, warnings }: Tally): string => {
  const all = errors + unchecked + valid + warnings
  return `${all} ${all === 1 ? "document" : "documents"}: ${valid} valid, ${errors} with errors, ` +
    `${warnings} with warnings only, ${unchecked} that could not be checked\n`
}
