/** A number that must not be below `least`; nor may it be NaN, which no comparison holds for. */
export const atLeast = (least: number, value: number): number => value >= least ? value : least
