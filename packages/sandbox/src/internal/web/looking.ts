/** Requests that are only from looking at the dashboard: a thumbnail on it. */

const isDashboard = (referer: string, host: string): boolean =>
  referer === `http://${host}/` || referer.startsWith(`http://${host}/?`)

/** Whether the request for an image is one of the dashboard's. */
export const isThumbnail = (
  headers: { readonly referer?: string | undefined; readonly host?: string | undefined }
): boolean => headers.referer !== undefined && isDashboard(headers.referer, headers.host ?? "")
