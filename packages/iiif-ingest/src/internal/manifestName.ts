/** Names of manifests from the names of folders, sheets and pictures, and from identifiers. */
import { maximumLength } from "@iiif-ingest/core/base/Ids"

/** What has no ASCII letters as its base, as people write it without. */
const written: Readonly<Record<string, string>> = {
  "ß": "ss",
  "ẞ": "SS",
  "æ": "ae",
  "Æ": "AE",
  "œ": "oe",
  "Œ": "OE",
  "ø": "o",
  "Ø": "O",
  "ł": "l",
  "Ł": "L",
  "đ": "d",
  "Đ": "D",
  "þ": "th",
  "Þ": "Th",
  "ð": "d",
  "ı": "i"
}

/**
 * A name of letters, digits and `_`, the characters that MPS is known to take: letters lose their accents, whatever else
 * there is between letters and digits becomes one `_`. In capitals, since MPS compares names without case: a folder gets
 * the same name however it is ingested. Empty where that leaves nothing, or too much.
 */
export const manifestName = (text: string): string => {
  const name = text
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .replaceAll(/\P{ASCII}/gu, (letter) => written[letter] ?? letter)
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toUpperCase()
  return name.length > maximumLength ? "" : name
}
