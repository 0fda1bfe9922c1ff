/** The parts of an output that have a colour of their own. */
export interface Style {
  readonly good: (text: string) => string
  readonly error: (text: string) => string
  readonly warning: (text: string) => string
  readonly name: (text: string) => string
  readonly faint: (text: string) => string
}

const same = (text: string): string => text

export const plain: Style = { good: same, error: same, warning: same, name: same, faint: same }

const paint = (...codes: ReadonlyArray<number>) => (text: string): string =>
  `\u001b[${codes.join(";")}m${text}\u001b[0m`

export const coloured: Style = {
  good: paint(32),
  error: paint(1, 31),
  warning: paint(1, 33),
  name: paint(1),
  faint: paint(2)
}
