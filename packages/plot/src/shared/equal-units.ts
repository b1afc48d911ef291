/** The height of a plot area on which one unit is equally long on both axes; flat or tall regions are bounded. */
export function equalUnits(
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
): (plotWidth: number) => number {
  return (plotWidth) => plotWidth * Math.min(1.5, Math.max(0.35, (y1 - y0) / (x1 - x0)));
}
