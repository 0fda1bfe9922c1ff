/**
 * Node.js implementations: the durable SQLite journal, HTTP through proxies, native checksums, and the identity of
 * files.
 *
 * @since 0.1.0
 */
export * as NodeFiles from "./NodeFiles.ts"
export * as NodeFixity from "./NodeFixity.ts"
export * as NodeJournal from "./NodeJournal.ts"
export * as ProxiedHttpClient from "./ProxiedHttpClient.ts"
