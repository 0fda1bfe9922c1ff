/** A provider of the configured region, or of `fallback` if there is none. A malformed region is still an error. */
export const regionOrDefault = (find: () => Promise<string>, fallback: string) => async (): Promise<string> => {
  try {
    return await find()
  } catch (error) {
    if (error instanceof Error && error.message === "Region is missing") return fallback
    throw error
  }
}
