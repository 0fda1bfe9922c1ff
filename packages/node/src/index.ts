/**
 * What needs Node itself: the journal that outlives a process, and HTTP through proxies.
 *
 * @since 0.1.0
 */
export * as NodeFixity from "./NodeFixity.ts"
export * as NodeJournal from "./NodeJournal.ts"
export * as ProxiedHttpClient from "./ProxiedHttpClient.ts"
