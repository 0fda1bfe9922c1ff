/**
 * Formats that are recognized by their first bytes and rejected by name (docs/mps.md, 2.5).
 */
import { UnsupportedFormat } from "./reason.ts"
import { ascii } from "./window.ts"

const convert = "convert it to TIFF, JPEG 2000, JPEG or PNG"
const exportPages = "export each page as TIFF, JPEG 2000, JPEG or PNG"
const develop = "develop it to TIFF or JPEG"
const notAPicture = "send the picture itself"

/** Name and advice by the first bytes, as Latin-1. */
const signatures: ReadonlyArray<readonly [prefix: string, format: string, advice: string]> = [
  ["%!PS", "PostScript", exportPages],
  ["8BPS", "Photoshop (PSD)", "export it as TIFF"],
  ["icns", "Apple icon (ICNS)", convert],
  ["\0\0\x01\0", "Windows icon (ICO)", convert],
  ["\xff\x0a", "JPEG XL", convert],
  ["\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", convert],
  ["II\xbc", "JPEG XR", convert],
  ["IIRO", "Olympus ORF (camera raw)", develop],
  ["IIRS", "Olympus ORF (camera raw)", develop],
  ["MMOR", "Olympus ORF (camera raw)", develop],
  ["IIU\0", "Panasonic RW2 (camera raw)", develop],
  ["FUJIFILMCCD-RAW", "Fujifilm RAF (camera raw)", develop],
  ["\0MRM", "Minolta MRW (camera raw)", develop],
  ["II\x1a\0\0\0HEAPCCDR", "Canon CRW (camera raw)", develop],
  ["v/1\x01", "OpenEXR", convert],
  ["#?RADIANCE", "Radiance HDR", convert],
  ["SDPX", "DPX", convert],
  ["XPDS", "DPX", convert],
  ["AT&TFORM", "DjVu", exportPages],
  ["\x8aMNG", "MNG", convert],
  ["\x8bJNG", "JNG", convert],
  ["\x97JB2\r\n\x1a\n", "JBIG2", convert],
  ["gimp xcf", "GIMP (XCF)", "export it as TIFF"],
  ["qoif", "QOI", convert],
  ["DDS ", "DDS", convert],
  ["SIMPLE  =", "FITS", convert],
  ["PK\x03\x04", "ZIP archive", "unpack it first"],
  ["Rar!", "RAR archive", "unpack it first"],
  ["7z\xbc\xaf\x27\x1c", "7-Zip archive", "unpack it first"],
  ["\x1f\x8b", "gzip archive", "unpack it first"],
  ["\xd0\xcf\x11\xe0", "Microsoft Office document", exportPages],
  ["RIFF", "RIFF audio or video", notAPicture],
  ["\x1aE\xdf\xa3", "Matroska video", notAPicture]
]

/** ISO base media files, by the brand in their type box. */
const brands: ReadonlyArray<readonly [brand: RegExp, format: string, advice: string]> = [
  [/^avi[fs]/, "AVIF", convert],
  [/^(hei[cxms]|hev[cxms]|mif[12]|msf1)/, "HEIC", convert],
  [/^crx /, "Canon CR3 (camera raw)", develop],
  [/^/, "ISO media (video or audio)", notAPicture]
]

/** Text formats, which can start with a byte order mark, a declaration and comments. */
const textFormats: ReadonlyArray<readonly [pattern: RegExp, format: string, advice: string]> = [
  [/%PDF-\d/, "PDF", exportPages],
  [/<svg[\s>:]/i, "SVG", convert],
  [/^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)\b/i, "HTML page", notAPicture],
  [/^(\xef\xbb\xbf)?\s*<\?xml/, "XML document", notAPicture],
  [/^P[1-7]\s[\d\s#]/, "Netpbm (PBM, PGM, PPM)", convert]
]

const bitmapHeaderBytes = new Set([12, 16, 40, 52, 56, 64, 108, 124])

/** Recognizes a format that is not accepted; `undefined` if the first bytes match none. */
export const recognizeUnsupported = (head: Uint8Array): UnsupportedFormat | undefined => {
  const text = ascii(head)
  const found = fromBrand(text) ?? fromBitmap(head, text) ??
    signatures.find(([prefix]) => text.startsWith(prefix)) ?? textFormats.find(([pattern]) => pattern.test(text))
  return found && new UnsupportedFormat({ format: found[1], convertTo: found[2] })
}

const fromBrand = (text: string) =>
  text.slice(4, 8) === "ftyp" ? brands.find(([brand]) => brand.test(text.slice(8, 12))) : undefined

/** Two letters alone are weak evidence, so the size of the second header must also be a valid one. */
const fromBitmap = (head: Uint8Array, text: string) =>
  text.startsWith("BM") && head[15] === 0 && bitmapHeaderBytes.has(head[14] ?? 0)
    ? ["BM", "BMP", convert] as const
    : undefined
