import { error, warning } from "./rule.ts"

/** Of files and folders. */
export const fileCodes = {
  "file-missing": error("there is no such file", "correct the name, or put the file there"),
  "file-case": error("there is a file whose name differs only by case", "write the name as the file has it"),
  "file-form": error("several files have names that look the same", "rename one of the files"),
  "file-parent": error(
    "a cell leaves the folder with `..`",
    "put the file below the folder, or allow files outside it"
  ),
  "file-absolute": error("a cell has an absolute path", "write the path from the folder, or allow files outside it"),
  "file-drive": error("a cell has a path with a drive", "write the path from the folder, or allow files outside it"),
  "file-share": error(
    "a cell has a path on a network share",
    "write the path from the folder, or allow files outside it"
  ),
  "file-address": error("a cell has an address instead of a path", "get the file, and write its path from the folder"),
  "file-home": error("a cell begins with ~, which only a shell understands", "write the path from the folder"),
  "file-outside": error("a link leads out of the folder", "copy the file into the folder, or allow files outside it"),
  "file-link": error("a link leads nowhere, or in a circle", "replace the link by the file"),
  "file-special": error("it is a device, a pipe or a socket", "give a file"),
  "file-beyond-root": error(
    "a table's folder is not in the folder of the batch",
    "give the batch a folder that has all tables' folders, or allow files outside it"
  ),
  "file-unreadable": error("a file cannot be read", "make it readable, or copy it from elsewhere"),
  "file-duplicate": error(
    "two rows name the same file, with the same id",
    "delete one of the rows, or give each an id of its own"
  ),
  "file-repeated": warning(
    "two rows name the same file, with different ids",
    "make sure that it is meant to be sent twice"
  ),
  "file-same-content": warning("two files have the same bytes", "make sure that no page was copied over another"),
  "file-unnamed": warning("there is an image in the folder that no row names", "give it a row, or move it elsewhere"),
  "folder-missing": error("there is no such folder", "correct the name, or put the folder there"),
  "folder-unreadable": error("a folder cannot be listed", "check the path of the folder and its permissions"),
  "folder-empty": error("a folder has no images", "put images into the folder, or give another one"),
  "folder-left-out": warning("a folder has a file that is not sent", "nothing, if it is meant to be left out"),
  "checksum-list": error("a list of checksums cannot be used", "mend or remove the list"),
  "checksum-unlisted": warning("the lists of checksums do not have a file", "add its checksum, or have none checked"),
  "checksum-orphan": warning(
    "a list of checksums has a file that there is not",
    "find the file: a page may be missing"
  ),
  "checksum-mismatch": error(
    "a file does not have its checksum",
    "get the file again, or correct the checksum if the change is meant"
  ),
  "checksum-form": error("a checksum has the wrong form", "give all hexadecimal digits of it"),
  "image-empty": error("a file is empty", "copy or export it again"),
  "image-format": error(
    "a file is no image, or in a format that MPS does not take",
    "convert it to TIFF, JPEG 2000, JPEG or PNG"
  ),
  "image-unknown": error("a file is in no known format", "export it as TIFF, JPEG 2000, JPEG or PNG"),
  "image-truncated": error("an image is cut short", "copy or export it again"),
  "image-damaged": error("the header of an image is damaged", "export it again"),
  "image-size": error("an image has an impossible size", "export it again"),
  "image-extension": warning("the extension is not that of the format", "rename the file"),
  "image-rotated": warning(
    "an image has an orientation that servers may ignore",
    "rotate the pixels, and remove the tag"
  ),
  "image-pages": warning("an image has several pages, of which only the first is shown", "split it to show them all"),
  "image-doubtful-format": warning("MPS may not take the format", "convert it to TIFF, JPEG 2000, JPEG or PNG"),
  "image-depth": warning("MPS may not take more than 8 bits per channel", "convert it to 8 bits per channel"),
  "image-cmyk": warning("MPS may show CMYK in wrong colors", "convert it to RGB"),
  "image-trailing": warning("a file goes on after its picture", "export it again, unless that is meant"),
  "image-blank": warning("an image ends in zeros", "look at its lower part, or copy it again"),
  "image-stray": warning("the header of an image has stray bytes", "export it again"),
  "image-next-page": warning(
    "an image refers to a page that is not there",
    "export it again, unless its first page is all"
  ),
  "image-tag": warning("a tag of an image cannot be read", "check that it was copied whole"),
  "image-screen": warning("decoders disagree about the size of an image", "convert it to PNG")
} as const
