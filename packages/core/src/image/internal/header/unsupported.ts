/**
 * Formats that are known by their first bytes and refused by name (docs/mps.md, 2.5).
 */
import { UnsupportedFormat } from "./reason.ts"
import { ascii } from "./window.ts"

const still = "convert it to TIFF, JPEG 2000, JPEG or PNG"
const pages = "export each page as TIFF, JPEG 2000, JPEG or PNG"
const develop = "develop it to TIFF or JPEG"
const noPicture = "send the picture itself"

/** Name and advice by what the file begins with, as Latin-1. */
const signatures: ReadonlyArray<readonly [prefix: string, format: string, advice: string]> = [
  ["%!PS", "PostScript", pages],
  ["8BPS", "Photoshop (PSD)", "export it as TIFF"],
  ["icns", "Apple icon (ICNS)", still],
  ["\0\0\x01\0", "Windows icon (ICO)", still],
  ["\xff\x0a", "JPEG XL", still],
  ["\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", still],
  ["II\xbc", "JPEG XR", still],
  ["IIRO", "Olympus ORF (camera raw)", develop],
  ["IIRS", "Olympus ORF (camera raw)", develop],
  ["MMOR", "Olympus ORF (camera raw)", develop],
  ["IIU\0", "Panasonic RW2 (camera raw)", develop],
  ["FUJIFILMCCD-RAW", "Fujifilm RAF (camera raw)", develop],
  ["\0MRM", "Minolta MRW (camera raw)", develop],
  ["II\x1a\0\0\0HEAPCCDR", "Canon CRW (camera raw)", develop],
  ["v/1\x01", "OpenEXR", still],
  ["#?RADIANCE", "Radiance HDR", still],
  ["SDPX", "DPX", still],
  ["XPDS", "DPX", still],
  ["AT&TFORM", "DjVu", pages],
  ["\x8aMNG", "MNG", still],
  ["\x8bJNG", "JNG", still],
  ["\x97JB2\r\n\x1a\n", "JBIG2", still],
  ["gimp xcf", "GIMP (XCF)", "export it as TIFF"],
  ["qoif", "QOI", still],
  ["DDS ", "DDS", still],
  ["SIMPLE  =", "FITS", still],
  ["PK\x03\x04", "ZIP archive", "unpack it first"],
  ["Rar!", "RAR archive", "unpack it first"],
  ["7z\xbc\xaf\x27\x1c", "7-Zip archive", "unpack it first"],
  ["\x1f\x8b", "gzip archive", "unpack it first"],
  ["\xd0\xcf\x11\xe0", "Microsoft Office document", pages],
  ["RIFF", "RIFF audio or video", noPicture],
  ["\x1aE\xdf\xa3", "Matroska video", noPicture]
]

/** ISO base media files say what they are in their type box. */
const brands: ReadonlyArray<readonly [brand: RegExp, format: string, advice: string]> = [
  [/^avi[fs]/, "AVIF", still],
  [/^(hei[cxms]|hev[cxms]|mif[12]|msf1)/, "HEIC", still],
  [/^crx /, "Canon CR3 (camera raw)", develop],
  [/^/, "ISO media (video or audio)", noPicture]
]

/** Text formats, which may have a byte order mark, a declaration and comments in front. */
const texts: ReadonlyArray<readonly [pattern: RegExp, format: string, advice: string]> = [
  [/%PDF-\d/, "PDF", pages],
  [/<svg[\s>:]/i, "SVG", still],
  [/^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)\b/i, "HTML page", noPicture],
  [/^(\xef\xbb\xbf)?\s*<\?xml/, "XML document", noPicture],
  [/^P[1-7]\s[\d\s#]/, "Netpbm (PBM, PGM, PPM)", still]
]

const bitmapHeaderBytes = new Set([12, 16, 40, 52, 56, 64, 108, 124])

/** The refusal for a format that is known and not accepted; `undefined` if the bytes say nothing. */
export const recognise = (head: Uint8Array): UnsupportedFormat | undefined => {
  const text = ascii(head)
  const found = fromBrand(text) ?? fromBitmap(head, text) ??
    signatures.find(([prefix]) => text.startsWith(prefix)) ?? texts.find(([pattern]) => pattern.test(text))
  return found && new UnsupportedFormat({ format: found[1], convertTo: found[2] })
}

const fromBrand = (text: string) =>
  text.slice(4, 8) === "ftyp" ? brands.find(([brand]) => brand.test(text.slice(8, 12))) : undefined

/** Two letters are little evidence: the size of the second header must be one that exists. */
const fromBitmap = (head: Uint8Array, text: string) =>
  text.startsWith("BM") && head[15] === 0 && bitmapHeaderBytes.has(head[14] ?? 0)
    ? ["BM", "BMP", still] as const
    : undefined
