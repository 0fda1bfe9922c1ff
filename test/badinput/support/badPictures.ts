/** A folder of files that are not acceptable images, each with the message expected for it. */
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import {
  concat,
  directoryAt,
  jpeg,
  long,
  patch,
  png,
  short,
  tiff,
  tiffKinds,
  u32
} from "../../../packages/core/test/support/imageCorpus.ts"
import { pathOf } from "../../support/pictures.ts"

export interface BadPicture {
  readonly name: string
  /** Creates it at a path. */
  readonly make: (path: string) => void
  /** Matches its fate: what is wrong, and what to do. */
  readonly says: RegExp
}

const [little = { little: true, big: false }] = tiffKinds
const page = { width: 60, height: 40 }

const bytes = (name: string, content: Uint8Array | string, says: RegExp): BadPicture => ({
  name,
  make: (path) => Fs.writeFileSync(path, content),
  says
})

/** The start of an ISO base media file of the given brand. */
const ftyp = (brand: string): Uint8Array => concat(u32(24), "ftyp", brand, u32(0), brand, "mif1", new Uint8Array(200))

const half = (name: string): Uint8Array => {
  const whole = Fs.readFileSync(pathOf(name))
  return whole.subarray(0, whole.length / 2)
}

const twoPages = tiff(little, [page, page])

/** Four billion strips: the count of tag 273, the sixth entry of the directory. */
const manyStrips = patch(twoPages, directoryAt(twoPages) + 2 + 5 * 12 + 4, [0xff, 0xff, 0xff, 0xff])

/** Files with bad content. */
const wrongBytes: ReadonlyArray<BadPicture> = [
  bytes("empty.tif", "", /the file is empty; .*again/),
  bytes("cut.tif", half("falcon9-strips.tif"), /cut short: .* needs at least \d+ bytes and there are \d+; .*again/),
  bytes("cut.jpg", half("falcon9-dscovr.jpg"), /cut short: .*again/),
  bytes("cut.png", half("coffee.png"), /cut short: .*again/),
  bytes("renamed.tif", "This was never an image, whatever it is called.", /not an image in a known format.*send TIFF/),
  bytes("renamed.jpg", concat("PK", [3, 4], new Uint8Array(300)), /not (?:an image in a known format|accepted)/),
  bytes("page.heic", ftyp("heic"), /HEIC is not accepted; /),
  bytes("page.avif", ftyp("avif"), /AVIF is not accepted; /),
  bytes("heicCalledTiff.tif", ftyp("heix"), /HEIC is not accepted; /),
  bytes("page.pdf", "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n<<>>\nendobj\n", /PDF is not accepted; /),
  bytes(
    "page.bmp",
    concat("BM", [0x46, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 40, 0, 0, 0], new Uint8Array(60)),
    /BMP is not/
  ),
  bytes("page.svg", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`, /SVG is not accepted; /),
  bytes("countOfTags.tif", patch(twoPages, directoryAt(twoPages), [0xff, 0xff]), /damaged: .*at byte \d+.*again/),
  bytes("countOfStrips.tif", manyStrips, /damaged: .*at byte \d+.*again|cut short: .*again/),
  bytes("zeroWide.tif", tiff(little, [{ ...page, tags: { 256: long(0) } }]), /gives a size of 0 x 40 pixels: .*again/),
  bytes("zeroWide.png", png(0, 40), /gives a size of 0 x 40 pixels: .*again/),
  bytes("zeroHigh.png", png(60, 0), /gives a size of 60 x 0 pixels: .*again/),
  bytes("zeroHigh.jpg", jpeg({ width: 60, height: 0 }), /60 x 0 pixels|damaged|cut short/),
  bytes("huge.jpg", jpeg({ width: 65535, height: 65535 }), /65535 x 65535 pixels: .*again|cut short/),
  bytes("huge.png", png(65535, 65535), /65535 x 65535 pixels: .*again/),
  bytes(
    "huge.tif",
    tiff(little, [{ ...page, tags: { 256: short(65535), 257: short(65535) } }]),
    /65535 x 65535 pixels: .*again/
  )
]

/** Paths that are not regular files. */
const noFiles: ReadonlyArray<BadPicture> = [
  { name: "missing.tif", make: () => {}, says: /cannot be read: there is no such file; check the path/ },
  {
    name: "nowhere.tif",
    make: (path) => Fs.symlinkSync(`${path}.gone`, path),
    says: /cannot be read: there is no such file; check the path/
  },
  {
    name: "circle.tif",
    make: (path) => Fs.symlinkSync(path, path),
    says: /cannot be read: its symbolic links form a loop; fix or remove them/
  },
  {
    name: `${"l-".repeat(130)}.tif`,
    make: () => {},
    says: /cannot be read: its path is too long; move or rename it/
  },
  { name: "folder.tif", make: (path) => Fs.mkdirSync(path), says: /cannot be read: it is a directory; specify a file/ },
  {
    name: "pipe.tif",
    make: (path) => void execFileSync("mkfifo", [path]),
    says: /cannot be read: it is a named pipe; specify a file/
  },
  {
    name: "device.tif",
    make: (path) => Fs.symlinkSync("/dev/zero", path),
    says: /cannot be read: it is a device; specify a file/
  }
]

export const badPictures: ReadonlyArray<BadPicture> = [...wrongBytes, ...noFiles]

/** Creates them all in a folder, and returns their paths in order. */
export const writeBadPictures = (folder: string): ReadonlyArray<string> =>
  badPictures.map(({ make, name }) => {
    const path = Path.join(folder, name)
    make(path)
    return path
  })
