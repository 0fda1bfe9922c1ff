/** The name of a cell in a spreadsheet: letters for the column (0 is A), and the row. */
export const columnName = (index: number): string =>
  index < 26
    ? String.fromCharCode(65 + index)
    : columnName(Math.floor(index / 26) - 1) + String.fromCharCode(65 + index % 26)

export const cellName = (column: number, row: number): string => `${columnName(column)}${row}`

/** A cell by its name, with the column from 0; undefined for what is no name. */
export const parseCellName = (name: string): { readonly column: number; readonly row: number } | undefined => {
  const match = /^\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})$/.exec(name)
  if (match === null) return undefined
  const column = [...(match[1] ?? "").toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return { column: column - 1, row: Number(match[2]) }
}
