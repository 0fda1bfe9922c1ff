/** What a code stands for. */
export interface Rule {
  readonly severity: "error" | "warning"
  readonly cause: string
  readonly remedy: string
}

export const error = (cause: string, remedy: string): Rule => ({ severity: "error", cause, remedy })

export const warning = (cause: string, remedy: string): Rule => ({ severity: "warning", cause, remedy })
