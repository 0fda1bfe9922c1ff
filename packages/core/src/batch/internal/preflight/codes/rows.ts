import { error, warning } from "./rule.ts"

/** Of tables, columns, rows and cells. */
export const rowCodes = {
  "table-empty": error("the input has no row", "give a row to each image, or to each folder that becomes a manifest"),
  "column-missing": error(
    "there is no column that names files or folders",
    "name a column `file`, or say with a mapping which column it is"
  ),
  "column-unknown": warning(
    "a column has no meaning",
    "correct its name, give it a meaning with a mapping, or map it to nothing"
  ),
  "column-twice": error("two columns have the same meaning", "remove one of them, or map it to nothing"),
  "column-label": error(
    "a metadata column does not say which label its values have",
    "name it after its label, such as metadata:Creator"
  ),
  "mapping-column": error(
    "the mapping names a column that no table has",
    "correct the name in the mapping, or remove it from there"
  ),
  "mapping-meaning": error(
    "the mapping gives a column a meaning that there is not",
    "give it the name of a column in docs/columns.md, or null"
  ),
  "default-column": error(
    "the defaults have a column that there is not",
    "use the name of a column in docs/columns.md"
  ),
  "language-form": error("a language is no BCP 47 tag", "use a tag such as en, fr or zh-Hant"),
  "language-unknown": warning("no language is known by a tag", "use the tag of the language, such as en for English"),
  "row-empty": warning("a row has no cell with text", "delete the row"),
  "row-without-file": error("a row names neither a file nor a folder", "fill in its `file`, or delete the row"),
  "row-file-and-folder": error(
    "a row names a file and a folder",
    "give an image its `file`, or a manifest its `folder`"
  ),
  "row-mixed": error(
    "a manifest has a row of its own and rows of images",
    "describe it by a row for its folder, or by rows for its images"
  ),
  "row-folder-cell": error(
    "a row for a folder has a cell that only an image can have",
    "empty the cell, or give each image a row"
  ),
  "cell-space": warning(
    "a cell begins or ends with white space, which is dropped",
    "delete the spaces around the value"
  ),
  "cell-invisible": warning("a cell has characters that cannot be seen", "type the text again, with plain spaces"),
  "cell-control": error(
    "a cell has control characters",
    "type the value again: it has characters that cannot be seen or printed"
  )
} as const
