/** The tags that most manifests use, which need no parsing. */
const common = new Set("none en fr de es it ja zh la ru ar he pt nl pl el".split(" "))

/** Whether this is one of the tags that most manifests use. */
export const isCommon = (tag: string): boolean => common.has(tag)

/** Tags that were registered before the present grammar and are still valid. RFC 5646, 2.2.8. */
const grandfathered = new Set(
  ("en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr " +
    "sgn-be-nl sgn-ch-de art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang").split(" ")
)

/** No tag is longer: subtags have at most eight characters, and a tag has few of them. */
const maxLength = 256

/** Whether this is a language tag (RFC 5646), or `none`. Clause 4.4. */
export const isTag = (tag: string): boolean => {
  if (common.has(tag)) return true
  if (tag.length > maxLength) return false
  // Intl accepts neither tags that are entirely for private use (RFC 5646, 2.2.7) nor some grandfathered ones.
  if (/^x(?:-[A-Za-z0-9]{1,8})+$/i.test(tag) || grandfathered.has(tag.toLowerCase())) return true
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
