/**
 * Everything that reading an input can find: how serious it is, and what to do about it. The remedy is the same for all
 * findings of a code, so that like ones can be shown together, and that of the pre-flight where it has the code too.
 * docs/inputs.md lists them.
 */
import type { Finding, Place } from "@iiif-ingest/core/batch/Finding"

const retype = "format the column as text in the spreadsheet, type the value again, and save"
const bagAgain = "make the bag again with the tool that made it, or give the folder data itself"

export const codes = {
  "bag-encoding": ["error", "use a bag whose tag files are in UTF-8"],
  "bag-fetch": ["error", "fetch the files and remove fetch.txt: only complete bags are read"],
  "bag-file-missing": ["error", "put the file back into the bag, or copy the bag again"],
  "bag-file-unlisted": ["error", "take the file out of the bag, or list it in every payload manifest"],
  "bag-invalid": ["error", bagAgain],
  "bag-manifest-invalid": ["error", bagAgain],
  "bag-manifest-missing": ["error", bagAgain],
  "bag-oxum": ["error", "copy the bag again: files were cut off, lost or added on the way"],
  "bag-version": ["error", "use a bag of version 0.93 to 1.0"],
  "cell-control": ["error", "type the value again: it has characters that cannot be seen or printed"],
  "cell-date": ["warning", "check the value; if no date is meant, format the column as text and type it again"],
  "cell-error": ["error", "mend the formula, or put the value itself into the cell"],
  "cell-formula": ["warning", "replace formulas by their values (copy, paste as values), and save"],
  "cell-formula-empty": [
    "error",
    "open and save the file in a spreadsheet program, or put the value itself into the cell"
  ],
  "cell-formula-text": ["warning", "put the value itself into the cell: formulas are not calculated"],
  "cell-merged": ["error", "unmerge the cells, and fill in each"],
  "cell-mojibake": ["warning", "the text was read in a wrong encoding earlier: export it again as UTF-8"],
  "cell-nbsp": ["warning", "delete the invisible spaces around the value"],
  "cell-number-inexact": ["error", retype],
  "cell-replacement": ["error", "export the file again as UTF-8: letters were lost when it was written or converted"],
  "cell-scientific": ["error", retype],
  "cell-space": ["warning", "delete the spaces around the value"],
  "column-duplicate": ["error", "give each column a name of its own"],
  "column-hidden": ["warning", "its cells are used as any others: delete the column if that is not meant, or show it"],
  "column-unnamed": ["error", "give the column a name in the header, or delete its cells"],
  "delimiter-invalid": ["error", "give one character, such as a comma, a semicolon or a tab"],
  "encoding-invalid": [
    "error",
    "save the file as UTF-8 (in Excel: CSV UTF-8), or give its encoding as an option, such as windows-1252"
  ],
  "encoding-unknown": ["error", "give an encoding such as utf-8, utf-16le or windows-1252"],
  "file-left-out": ["warning", "nothing, if it is no page; otherwise mend its name or put the file there"],
  "folder-empty": ["error", "put images into the folder, or give another one"],
  "folder-name": [
    "error",
    "give the folder a name with letters A to Z or digits (at most 200), or describe its images in a sheet"
  ],
  "folder-unreadable": ["error", "check the path of the folder and its permissions"],
  "header-missing": ["error", "put the names of the columns into the first row"],
  "id-date": ["error", retype],
  "id-number": ["warning", "check that no leading zeros were lost; format the column as text to be sure"],
  "mets-file-missing": ["error", "list the file in the METS file's fileSec, in the same file group as the other pages"],
  "mets-group": ["error", "give a file group that the METS file has, by its USE"],
  "mets-group-chosen": ["warning", "check that these are the files to send; give another group by its USE"],
  "mets-link": ["warning", "mend the structLink: the link is left out"],
  "mets-no-pages": ["error", "use a METS file with a physical structMap whose pages have files"],
  "mets-order": ["warning", "check the order of the pages: ORDER is missing, no number, or used twice"],
  "mets-page-without-file": ["error", "add a file for the page to the METS file, or take the page out"],
  "mets-url": ["error", "fetch the file and name it by its path relative to the METS file"],
  "quote-invalid": ["error", "put the cell in quotation marks, and double each quotation mark in it"],
  "quote-stray": ["warning", "put the cell in quotation marks, and double each quotation mark in it"],
  "quote-unclosed": ["error", "add the quotation mark that ends the cell, or delete the one that begins it"],
  "row-hidden": ["warning", "the row is used as any other: delete it if that is not meant, or show it"],
  "row-long": ["error", "put cells that contain the delimiter in quotation marks, or name the columns in the header"],
  "row-short": ["warning", "check that the row is complete: the cells that it lacks are taken as empty"],
  "sheet-damaged": ["error", "open the file in a spreadsheet program and save it again, or export it as CSV UTF-8"],
  "sheet-empty": ["error", "give a sheet that has a row for each image or manifest below the header"],
  "sheet-macros": ["warning", "save the file as .xlsx: its macros are not run"],
  "sheet-too-large": ["error", "split the sheet into several"],
  "worksheet-hidden": ["warning", "it is not read: show it if it is meant, or give its name as an option"],
  "worksheet-ignored": ["warning", "it is not read: delete it, or give the worksheet to read as an option"],
  "worksheet-missing": ["error", "give the name of a worksheet of the file"],
  "xml-doctype": ["error", "remove the DOCTYPE from the file: it is not needed, and entities are not expanded"],
  "xml-invalid": ["error", "export the file again: it is no well-formed XML"]
} as const satisfies { readonly [code: string]: readonly [severity: Finding["severity"], remedy: string] }

export type Code = keyof typeof codes

/** A finding of a reader. Text from the input must be made visible in the message by whoever calls this. */
export const finding = (code: Code, place: Place, message: string): Finding => {
  const [severity, remedy] = codes[code]
  return { code, severity, place, message, remedy }
}
