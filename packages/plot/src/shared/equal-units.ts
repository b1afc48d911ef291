import type { FigureOptions } from "../figure.ts";
import { headingHeight, type Margins } from "./frame.ts";

/** The height of the whole picture at which one unit is equally long on both axes; flat or tall regions are bounded. */
export function equalUnits(
  options: FigureOptions,
  defaultWidth: number,
  margins: Margins,
  [x0, x1]: readonly [number, number],
  [y0, y1]: readonly [number, number],
): number {
  const { width = defaultWidth, heading = true } = options;
  const inner = width - margins.left - margins.right;
  const ratio = Math.min(1.5, Math.max(0.35, (y1 - y0) / (x1 - x0)));
  return Math.round(inner * ratio + margins.top + margins.bottom + (heading ? headingHeight : 0));
}
