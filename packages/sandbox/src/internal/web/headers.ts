/**
 * The header fields of the pages. Escaping is the first wall against a script in a label, the content security policy the
 * second. The viewers' pages have a third: the directive `sandbox` gives them an origin of their own, so that even a
 * script in them could not read the dashboard, which holds the token of the switches. They need nothing of the sandbox's
 * but what it sends to every origin: manifests and images.
 */

export type Kind = "plain" | "mirador" | "asset"

const policy = (directives: Readonly<Record<string, string>>): string =>
  Object.entries(directives).map(([name, value]) => value === "" ? name : `${name} ${value}`).join("; ")

const STRICT = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'self'",
  "frame-ancestors": "'none'"
}

const VIEWER = {
  ...STRICT,
  "img-src": "'self' data: blob:",
  "form-action": "'none'",
  sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
}

const POLICIES: Readonly<Record<Kind, string>> = {
  plain: policy(STRICT),
  // Mirador makes style elements as it goes, and decodes in a worker. Any page may embed it, which is what the embed API
  // is for, and there is nothing on it that a click could change.
  mirador: policy({
    ...VIEWER,
    "style-src": "'self' 'unsafe-inline'",
    "worker-src": "blob:",
    "frame-ancestors": "*"
  }),
  // OpenSeadragon 6.1.1 adds one style element, always the same, for touch.
  asset: policy({ ...VIEWER, "style-src": "'self' 'sha256-9xTiqzfwFaL2SGb1rmr8gysEwVVjIvqWAgmZgqFqpEE='" })
}

export const SAFE = { "x-content-type-options": "nosniff" } as const

/** `same-origin` and not `no-referrer`, with which browsers send `Origin: null` with the dashboard's own forms. */
export const of = (kind: Kind): Readonly<Record<string, string>> => ({
  ...SAFE,
  "content-security-policy": POLICIES[kind],
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store"
})
