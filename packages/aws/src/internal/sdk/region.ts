/** The region a provider finds, or `fallback` where none is set anywhere. A malformed one is still an error. */
export const regionOrDefault = (find: () => Promise<string>, fallback: string) => async (): Promise<string> => {
  try {
    return await find()
  } catch (error) {
    if (error instanceof Error && error.message === "Region is missing") return fallback
    throw error
  }
}
