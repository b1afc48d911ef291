// Dates are held in whole milliseconds: what is finer is cut off, as in CSV files.

/** Toward −∞, so that times before 1970 are cut like those after. */
export function floorDivide(value: bigint, unit: bigint): number {
  const quotient = value / unit;
  return Number(value % unit < 0n ? quotient - 1n : quotient);
}
