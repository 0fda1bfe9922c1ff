export * as HttpDelivery from "./HttpDelivery.ts"
export * as HttpLtsClient from "./HttpLtsClient.ts"
