import { quotedSetting } from "../../base/internal/text.ts"

/** A name as LTS issues it. */
export const namePattern = /^[A-Za-z0-9._-]+$/

/** Like {@link quotedSetting}, but without quotation marks around a name. */
export const shownName = (text: string): string => quotedSetting(text).replace(/^"([A-Za-z0-9._-]+)"$/, "$1")

/** The problem with a setting that code without types gave as something else; its value is not shown. */
export const notAString = "it is not a string"
