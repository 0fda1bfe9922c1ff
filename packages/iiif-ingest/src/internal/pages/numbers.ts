/** Numbers as people read them. */
const format = new Intl.NumberFormat("en")

export const count = (value: number): string => format.format(value)

export const plural = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`
