/**
 * Checks IIIF documents from the command line; and from code, where in a text a finding is.
 *
 * @since 0.1.0
 */
export * as Locations from "./Locations.ts"
