import { quoted } from "./quoted.ts"

/** What a thrown value says. Anything can be thrown, and some of it throws again when it is read. */
export const thrown = (error: unknown): string => {
  try {
    return quoted(String(error instanceof Error ? error.message : error))
  } catch {
    return "with an error that cannot be read"
  }
}
