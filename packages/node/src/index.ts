/**
 * Node.js implementations: the durable SQLite journal, HTTP through proxies, and native checksums.
 *
 * @since 0.1.0
 */
export * as NodeFixity from "./NodeFixity.ts"
export * as NodeJournal from "./NodeJournal.ts"
export * as ProxiedHttpClient from "./ProxiedHttpClient.ts"
