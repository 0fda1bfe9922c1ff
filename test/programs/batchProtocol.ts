import type { Order } from "./protocol.ts"

/** The input of `batch.ts`: where its sandbox is, the file of its plan, and how to apply it. */
export interface BatchOrder extends Omit<Order, "folder" | "upload" | "manifest" | "label" | "onUnknownSubmit"> {
  readonly plan: string
  /** Where the report is written to in the end. */
  readonly report: string
  readonly jobsInFlight: number
  readonly concurrency: number
  /** How long something that is not served is waited for. */
  readonly deliveryMillis: number
}
