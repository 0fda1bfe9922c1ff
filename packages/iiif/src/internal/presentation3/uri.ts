const unreserved = "[\\w.~!$&'()*+,;=:@-]|%[\\dA-Fa-f]{2}"

const afterScheme = "//(?:(?:[\\w.~!$&'()*+,;=:-]|%[\\dA-Fa-f]{2})*@)?" +
  "(?:\\[[\\dA-Fa-f:.]+\\]|(?:[\\w.~!$&'()*+,;=-]|%[\\dA-Fa-f]{2})+)(?::\\d*)?" +
  `(?:/(?:${unreserved}|/)*)?(?:\\?(?:${unreserved}|[/?])*)?(?:#(?:${unreserved}|[/?])*)?$`

const anyHttp = new RegExp(`^https?:${afterScheme}`)

/** Matches most addresses, and faster than the full pattern. */
const commonHttp = /^https?:\/\/[\w.~-]+(?::\d+)?(?:\/[\w.~!$&'()*+,;=:@/-]*)?$/

const otherUri = new RegExp(
  `^[A-Za-z][\\w+.-]*:(?!//)(?:${unreserved}|/)+(?:\\?(?:${unreserved}|[/?])*)?(?:#(?:${unreserved}|[/?])*)?$`
)

/** No client takes longer addresses, and the patterns could not match them. */
export const maxUri = 65_536

/** Whether this is a URI by RFC 3986 with an http or https scheme, which IIIF requires of ids. */
export const isHttpUri = (value: string): boolean =>
  value.length <= maxUri && (commonHttp.test(value) || anyHttp.test(value))

export const isUri = (value: string): boolean => isHttpUri(value) || (value.length <= maxUri && otherUri.test(value))
